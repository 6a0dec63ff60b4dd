// SPDX-License-Identifier: GPL-2.0-only
"use strict";
(() => {
	const functions = [...document.querySelectorAll("section.fn")];
	const differences = [...document.querySelectorAll("tr.differs, tr.explained")];
	const hint = document.getElementById("hint");
	let here = null;

	function is_behind(element) {
		return here === null
			|| here.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
	}

	function is_before(element) {
		return here !== null
			&& here.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING;
	}

	function go(element, list) {
		if (!element)
			return;
		here?.classList.remove("here");
		here = element;
		here.classList.add("here");
		if (!here.hasAttribute("tabindex"))
			here.tabIndex = -1;
		here.focus({ preventScroll: true });
		here.scrollIntoView({ block: list === functions ? "start" : "center" });
		hint.textContent = here.title || `${list === functions ? "function" : "difference"} `
			+ `${list.indexOf(here) + 1} of ${list.length}`;
	}

	const keys = {
		j: () => go(functions.find(is_behind), functions),
		k: () => go(functions.findLast(is_before), functions),
		n: () => go(differences.find(is_behind), differences),
		p: () => go(differences.findLast(is_before), differences),
	};

	document.addEventListener("keydown", (event) => {
		if (event.ctrlKey || event.altKey || event.metaKey || !Object.hasOwn(keys, event.key))
			return;
		keys[event.key]();
		event.preventDefault();
	});

	function tell(event) {
		const row = event.target.closest?.("tr[title]");
		if (row)
			hint.textContent = row.title;
	}

	document.addEventListener("mouseover", tell);
	document.addEventListener("focusin", tell);
})();

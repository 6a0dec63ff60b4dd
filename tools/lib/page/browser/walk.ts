// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/*
 * Keys of a page that is read from top to bottom: j and k from part to part, n and p from
 * difference to difference. What has a title says it at the foot of the page, too.
 */

const parts = [...document.querySelectorAll<HTMLElement>(".stop")];
const differences = [...document.querySelectorAll<HTMLElement>(".differs, .explained")];
const hint = document.getElementById("hint");
let here: HTMLElement | null = null;

function is_behind(element: HTMLElement): boolean {
	return here === null ||
		(here.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}

function is_before(element: HTMLElement): boolean {
	return here !== null &&
		(here.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
}

function say(text: string): void {
	if (hint !== null)
		hint.textContent = text;
}

function go(element: HTMLElement | undefined, list: HTMLElement[]): void {
	if (element === undefined)
		return;
	here?.classList.remove("here");
	here = element;
	here.classList.add("here");
	if (!here.hasAttribute("tabindex"))
		here.tabIndex = -1;
	here.closest("details")?.setAttribute("open", "");
	here.focus({ preventScroll: true });
	here.scrollIntoView({ block: list === parts ? "start" : "center" });
	say(here.title ||
		`${list === parts ? "part" : "difference"} ${list.indexOf(here) + 1} of ${list.length}`);
}

const KEYS = new Map<string, () => void>([
	["j", () => go(parts.find(is_behind), parts)],
	["k", () => go(parts.findLast(is_before), parts)],
	["n", () => go(differences.find(is_behind), differences)],
	["p", () => go(differences.findLast(is_before), differences)],
]);

document.addEventListener("keydown", (event) => {
	const action = KEYS.get(event.key);

	if (event.ctrlKey || event.altKey || event.metaKey || action === undefined)
		return;
	action();
	event.preventDefault();
});

function tell({ target }: Event): void {
	const titled = (target as Element).closest<HTMLElement>("[title]");

	if (titled !== null)
		say(titled.title);
}

document.addEventListener("mouseover", tell);
document.addEventListener("focusin", tell);

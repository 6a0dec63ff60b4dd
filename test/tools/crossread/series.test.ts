// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { ported } from "../../../drivers/s390/crypto/history/index.ts";
import { heads_in, origin_of, patch_in_series } from "../../../tools/lib/texts/origins.ts";
import { origin_text, record_series, series_text } from "../../../tools/crossread/series.ts";
import { posted } from "./samples.ts";

for (const { label, path } of ported.filter(({ patches }) => patches > 0)) {
	test(`series: the heads in ${label} name the patch that changed the function last`,
			async (t) => {
		for (const file of ["vfio_ap_drv.ts", "vfio_ap_ops.ts"]) {
			const heads = heads_in(`${path}/${file}`);
			t.ok(heads.size > 5, `${file} has heads`);
			for (const [name, head] of heads) {
				const { posting, patch } = origin_of(label, name, head);
				const from = patch ? `${posting} ${patch.n} ${patch.message_id}`
					: posting;
				t.ok(head.startsWith(from),
					`${name}: '${head}' begins with '${from}'`);
			}
		}
	});
}

test("series --series: each patch, its functions and where they stand", async (t) => {
	const text = await series_text("v11");
	t.match(text, /^v11: 14 patches on Linux 5\.9, the driver v11/);
	t.match(text, new RegExp(
		"^08/14 s390/vfio-ap: hot plug/unplug queues on bind/unbind of queue "
		+ "device\n      <20201022171209\\.19494-9-akrowiak@linux\\.ibm\\.com>\n", "m"));
	t.match(text, /vfio_ap_mdev_hot_plug_queue  drivers\/.*\/v11\/vfio_ap_ops\.ts:\d+/);
	t.match(text, /match_apqn  taken away/);
});

test("series --origin: file, posting, patch and Message-Id", async (t) => {
	t.match(await origin_text("vfio_ap_mdev_filter_guest_matrix", null),
		/^v11 {2}.*vfio_ap_ops\.ts:\d+\n {2}C: vfio_ap_ops\.c:\d+\n {2}v11 11\/14 .*\n {2}<.*-12-ak/);
	t.match(await origin_text("vfio_ap_mdev_filter_matrix", null),
		/^v6\.0 [^]*^v6\.12 [^]*Linux 6\.12/m);
});

test("series: a mail is found by its subject, an answer too", async (t) => {
	const subject =
		"Re: [PATCH v11 02/14] 390/vfio-ap: use new AP bus interface to search for queue "
		+ "devices";
	t.equal(patch_in_series(subject)?.patch.n, "02/14");
	t.equal(patch_in_series(subject)?.later.length, 12);
	t.equal(patch_in_series(subject.replace("v11", "v99")), null);
	t.equal(patch_in_series(null), null);
});

test("series --record: subject, Message-Id, names, and nothing else of the mail", async (t) => {
	const folder = t.testdir({ "3.eml": posted });
	t.equal(await record_series("v11", folder), `"v11": {
	"driver": "v11", "base": "",
	"patches": [
		{"n":"03/14","subject":"s390/vfio-ap: sample","message_id":"<sample-3@example.org>",`
		+
		`"functions":{"vfio_ap_ops.c":["first","fresh","last"]},"removed":{"vfio_ap_ops.c":["old"]}}
	]
}
`);
});

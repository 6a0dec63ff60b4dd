// SPDX-License-Identifier: GPL-2.0-only
/*
 * A patch written for the tests: posted, quoted in a reply, and as an archive's page has it.
 */

const head = `From: A Writer <writer@example.org>
Subject: [PATCH v11 03/14] s390/vfio-ap: sample
Date: Thu, 22 Oct 2020 13:12:03 -0400
Message-Id: <sample-3@example.org>
`;

/** A hunk with the counts its lines have; the last line is without its end. */
function hunk(old_line: number, new_line: number, heading: string, body: string): string {
	const lines = body.split("\n");
	const without = (mark: string) => lines.filter((line) => !line.startsWith(mark)).length;
	const range = `-${old_line},${without("+")} +${new_line},${without("-")}`;
	return `@@ ${range} @@ ${heading}\n${body}\n`;
}

const diff = `diff --git a/drivers/s390/crypto/vfio_ap_ops.c b/drivers/s390/crypto/vfio_ap_ops.c
index 111111111111..222222222222 100644
--- a/drivers/s390/crypto/vfio_ap_ops.c
+++ b/drivers/s390/crypto/vfio_ap_ops.c
${hunk(10, 10, "static int first(struct x *x)", ` 	gone_soon(x);

-	old(x);
 	return 0;
+}
+
+static int fresh(struct x *x)
+{
+	if (!x)
+		return -EINVAL;
+	/* it is there */
+	return take(x);
 }

 /**`)}${hunk(40, 48, "static void last(struct x *x)", `  * a comment's end
  */
 	int ret;
-	ret = old(x);
+	ret = fresh(x);
 	if (ret) {
 		x++;
 	}`)}${hunk(60, 68, "static void last(struct x *x)", ` 	done(x);
 }

-static void old(struct x *x)
-{
-	x->gone();
-}
-
 static int behind(void)
 {`)}`;

/** The mail as it was posted. */
export const posted: string = `${head}\nWhat it is for.\n\n---\n${diff}-- \n2.21.1\n`;

/** A reply that quotes it and says something behind a line. */
export const quoted: string = `${head.replace("[PATCH", "Re: [PATCH").replace("sample-3", "re-3")}
On Thu, A Writer wrote:
${diff.trimEnd().split("\n").map((line) => `> ${line}`).join("\n")
	.replace("> +\treturn take(x);", "> +\treturn take(x);\n\nWhy not <b>here</b>?\n")}
`;

/** An archive's page: no white space at the beginning of a line, little of the header. */
export const in_page: string = `Mailing List Archive

[PATCH v11 03/14] s390/vfio-ap: sample
What it is for.

---
${diff.split("\n").map((line) => line.replace(/^ +/, "").replace(/^([+-])?\s+/, (_, mark) => (
	mark ? `${mark} ` : ""))).join("\n")}--
2.21.1
`;

function escaped(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A page of an archive on the web, saved. */
export const saved_page: string = `<html><head><title>sample</title></head><body>
<pre><a href="#r1">*</a> <b>[PATCH v11 03/14] s390/vfio-ap: sample</b>
<b>From:</b> A Writer @ 2020-10-22 17:12 UTC (<a href="raw">raw</a>)

${escaped(diff).replace("static int fresh", "<b>static</b> int fresh")}<span class="q">-- </span>
2.21.1
</pre><hr></body></html>
`;

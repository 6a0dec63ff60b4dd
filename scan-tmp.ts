import { readFileSync, writeFileSync } from "node:fs";
import { read_mail } from "./tools/lib/mail/read.ts";
const list = readFileSync("/tmp/arch/commits","utf8").trim().split("\n").map(l=>l.split(" "));
const out: string[] = [];
let ex=0, unread=0, actors=0, mails=0;
for (const [n,c] of list) {
  const b = readFileSync(`/tmp/arch/m/${n}`);
  const rs = await read_mail(b, c!.slice(0,12), null);
  if (!rs.length) continue;
  const real = rs.filter(r=>!r.actors);
  if (real.length) { mails++; if (real.some(r=>r.counts.unread.length)) unread++; } else actors++;
  for (const r of rs) out.push(`${c!.slice(0,12)} ${n} ${r.first}-${r.last} ${r.actors?"ACTORS":""} unread ${r.counts.unread.join(",")} ops ${r.counts.operation.length} exp ${r.counts.expectation.length}`);
}
writeFileSync(process.argv[2]!, out.join("\n"));
console.log({mails,unread,actors,examples:out.length});

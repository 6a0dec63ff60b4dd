import { machine_script } from "/work/wt/page2/tools/playground/bundle.ts";
import { ported } from "/work/wt/page2/drivers/s390/crypto/history/index.ts";
import { gzipSync } from "node:zlib"; import vm from "node:vm"; import { readFileSync, readdirSync } from "node:fs";
import { shown_scenario } from "/work/wt/page2/tools/lib/page/shown.ts";
import { pick_drivers, play } from "/work/wt/page2/tools/lib/play/play.ts"; import { read_notation } from "/work/wt/page2/tools/lib/scenario/parse.ts";
const entry = new URL("file:///work/wt/page2/tools/playground/live/_entry.ts");
const which = ported.filter(d=>d.default);
const m = await machine_script(entry, which);
console.log(m.script.length, gzipSync(m.script,{level:9}).length, gzipSync(JSON.stringify(m.texts),{level:9}).length);
const ctx = vm.createContext({ console, URL, TextEncoder, data: JSON.stringify({drivers: which.map(d=>d.label), texts:m.texts}) });
vm.runInContext(m.script, ctx);
await vm.runInContext("vfio_ap.start_machine(JSON.parse(data))", ctx);
await pick_drivers("all");
let n=0, bad=0; const S="/work/wt/page2/test/scenarios/";
let tb=0, tn=0;
for (const f of readdirSync(S,{recursive:true}) as string[]) { if(!f.endsWith(".scn")) continue; const text=readFileSync(S+f,"utf8");
 const sc=read_notation(text,f).scenarios; if(sc.length!==1) console.log("many",f,sc.length);
 ctx["text"]=text; for (const d of which) { ctx["labels"]=JSON.stringify([d.label]); let t0=performance.now(); let got; try { got=vm.runInContext("vfio_ap.results(text, JSON.parse(labels))",ctx) as string;} catch(e){got=String((e as any).stack)}
 tb+=performance.now()-t0; t0=performance.now(); const want=JSON.stringify(shown_scenario(sc[0]!, [play(sc[0]!, d.label)])); tn+=performance.now()-t0; n++;
 if (got!==want) { if(bad++<4) { let i=0; while(got[i]===want[i]) i++; console.log(f,d.label,"\n got",got.slice(Math.max(0,i-150),i+150),"\nwant",want.slice(Math.max(0,i-150),i+150)); } } } }
console.log(n,bad,tb,tn);

// Draws ZPL as a printer would: reads [[zpl, width in mm, height in mm], ...] as JSON, writes PNGs in base64 as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const packages = createRequire(process.env.ZPL_PACKAGES + "/");
const { ready } = packages("zpl-renderer-js");
const { api } = await ready;
const drawn = [];
for (const [zpl, width, height] of JSON.parse(readFileSync(0, "utf-8"))) {
  drawn.push(await api.zplToBase64Async(zpl, width, height, 8));
}
process.stdout.write(JSON.stringify(drawn), () => process.exit(0));

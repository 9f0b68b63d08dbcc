// Verifies a Sigstore bundle with a public key: node verify.mjs BUNDLE PUBLIC_KEY_PEM KEY_ID
// Prints the payload type and the payload's length when the signature holds; exits with 1 when it does not.
import { readFileSync } from "node:fs";
import { createPublicKey } from "node:crypto";
import { bundleFromJSON, isBundleWithDsseEnvelope, isBundleWithPublicKey } from "@sigstore/bundle";
import { toSignedEntity, toTrustMaterial, Verifier } from "@sigstore/verify";

const [bundleFile, keyFile, keyId] = process.argv.slice(2);
const bundle = bundleFromJSON(JSON.parse(readFileSync(bundleFile, "utf8")));
if (!isBundleWithDsseEnvelope(bundle) || !isBundleWithPublicKey(bundle)) {
  throw new Error("not a DSSE envelope with a key hint");
}
const rawBytes = createPublicKey(readFileSync(keyFile, "utf8")).export({ type: "spki", format: "der" });
const trust = toTrustMaterial(
  { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] },
  { [keyId]: { rawBytes } },
);
const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
try {
  verifier.verify(toSignedEntity(bundle));
} catch (e) {
  console.error(`${e.code}: ${e.message}`);
  process.exit(1);
}
const { payloadType, payload } = bundle.content.dsseEnvelope;
console.log(`${payloadType} ${payload.length}`);

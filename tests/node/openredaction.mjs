// What the npm package openredaction finds, for ./tabellion bench detection --peer: the first line out is {"types": […]},
// what it can find by our detectors' names; then each line in is a text as a JSON string, each line out
// {"findings": [{"detector", "start", "end"}]} in UTF-16 code units. What it calls otherwise is OTHER_ and its name.
// The package is no dependency: it is taken from the folder that NODE_PACKAGES names (npm i openredaction@1.1.5 there).
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const packages = createRequire(join(process.env.NODE_PACKAGES ?? ".", "package.json"));
const { OpenRedaction } = await import(pathToFileURL(packages.resolve("openredaction")));

const ours = {
  EMAIL: "EMAIL",
  CREDIT_CARD: "CREDIT_CARD",
  SSN: "US_SSN",
  ITIN: "US_ITIN",
  IBAN: "IBAN",
  UK_BANK_ACCOUNT_IBAN: "IBAN",
  IPV4: "IP_ADDRESS",
  IPV6: "IP_ADDRESS",
  MAC_ADDRESS: "MAC_ADDRESS",
  DATE_OF_BIRTH: "DATE_OF_BIRTH",
  NATIONAL_INSURANCE_UK: "UK_NINO",
  NHS_NUMBER: "UK_NHS",
  SIN_CA: "CA_SIN",
  CANADIAN_SIN: "CA_SIN",
  INDIAN_AADHAAR: "IN_AADHAAR",
  AUSTRALIAN_TFN: "AU_TFN",
  AUSTRALIAN_MEDICARE: "AU_MEDICARE",
  SOUTH_KOREAN_RRN: "KR_RRN",
  TURKEY_ID: "TR_KIMLIK",
  SOUTH_AFRICA_ID: "ZA_ID",
  FRENCH_SOCIAL_SECURITY: "FR_NIR",
  SPANISH_DNI: "ES_DNI",
  ITALIAN_FISCAL_CODE: "IT_CODICE_FISCALE",
  DUTCH_BSN: "NL_BSN",
  POLISH_PESEL: "PL_PESEL",
  GERMAN_TAX_ID: "DE_STEUER_ID",
  SINGAPORE_NRIC: "SG_NRIC",
  BRAZILIAN_CPF: "BR_CPF",
  BRAZILIAN_CNPJ: "BR_CNPJ",
  MEXICAN_CURP: "MX_CURP",
  PASSPORT_UK: "PASSPORT",
  PASSPORT_US: "PASSPORT",
  DRIVING_LICENSE_UK: "DRIVER_LICENCE",
  DRIVING_LICENSE_US: "DRIVER_LICENCE",
  BITCOIN_ADDRESS: "BTC_ADDRESS",
  ETHEREUM_ADDRESS: "ETH_ADDRESS",
  SOLANA_ADDRESS: "SOL_ADDRESS",
  AWS_ACCESS_KEY: "AWS_ACCESS_KEY",
  AWS_SECRET_KEY: "AWS_SECRET_KEY",
  GOOGLE_API_KEY: "GCP_API_KEY",
  FIREBASE_API_KEY: "GCP_API_KEY",
  OPENAI_API_KEY: "OPENAI_KEY",
  STRIPE_API_KEY: "STRIPE_KEY",
  GITHUB_TOKEN: "GITHUB_TOKEN",
  SLACK_TOKEN: "SLACK_TOKEN",
  SLACK_WEBHOOK: "SLACK_WEBHOOK",
  SENDGRID_API_KEY: "SENDGRID_KEY",
  TWILIO_API_KEY: "TWILIO_KEY",
  MAILGUN_API_KEY: "MAILGUN_KEY",
  NPM_TOKEN: "NPM_TOKEN",
  PYPI_TOKEN: "PYPI_TOKEN",
  HEROKU_API_KEY: "HEROKU_KEY",
  AZURE_STORAGE_KEY: "AZURE_SECRET",
  PRIVATE_KEY: "PRIVATE_KEY",
  SSH_PRIVATE_KEY: "PRIVATE_KEY",
  JWT_TOKEN: "JWT",
  BEARER_TOKEN: "BEARER_TOKEN",
  DATABASE_CONNECTION: "CONNECTION_STRING",
  URL_WITH_AUTH: "URL_CREDENTIALS",
  GENERIC_SECRET: "GENERIC_SECRET",
  GENERIC_API_KEY: "GENERIC_SECRET",
  OAUTH_CLIENT_SECRET: "GENERIC_SECRET",
  OAUTH_TOKEN: "GENERIC_SECRET",
  COOKIE_SESSION: "GENERIC_SECRET",
};

const name = (type) => (type.startsWith("PHONE_") ? "PHONE" : (ours[type] ?? `OTHER_${type}`));
process.stdout.write(JSON.stringify({ types: [...new Set([...Object.values(ours), "PHONE"])] }) + "\n");
const redaction = new OpenRedaction({});
for await (const line of createInterface({ input: process.stdin })) {
  const { detections } = await redaction.detect(JSON.parse(line));
  const findings = detections.map(({ type, position: [start, end] }) => ({ detector: name(type), start, end }));
  process.stdout.write(JSON.stringify({ findings }) + "\n");
}

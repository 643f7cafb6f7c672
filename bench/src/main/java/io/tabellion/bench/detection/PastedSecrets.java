package io.tabellion.bench.detection;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Secrets as providers issue them and as people make them up. */
final class PastedSecrets {
  private static final String HEX = "0123456789abcdef";
  private static final String[] WORDS = {
    "harbour", "maple", "Thunder", "cricket", "velvet", "Kestrel", "lantern", "mango", "orbit",
    "Falcon", "pebble", "quartz", "saffron", "Nimbus"
  };

  private final Dice dice;

  PastedSecrets(Random random) {
    this.dice = new Dice(random);
  }

  void addTo(Map<String, Supplier<String>> values) {
    values.put("GENERIC_SECRET", this::password);
    values.put("GENERIC_SECRET.word", () -> dice.one(WORDS));
    values.put("GENERIC_SECRET.key", this::key);
    values.put("GENERIC_SECRET.base64", () -> base64(password()));
    values.put("GENERIC_SECRET.bytes", () -> Base64.getEncoder().encodeToString(dice.bytes(32)));
    values.put("COMMAND_PASSWORD", this::password);
    values.put("CONNECTION_STRING", this::plainPassword);
    values.put("URL_CREDENTIALS", this::plainPassword);
    values.put("BASIC_AUTH", () -> base64("robot:" + password()));
    values.put("BASIC_AUTH.plain", this::plainPassword);
    values.put("BEARER_TOKEN", () -> alnum(dice.between(28, 64)) + "8");
    values.put("JWT", this::jwt);
    values.put("PRIVATE_KEY", this::privateKey);
    clouds(values);
    sources(values);
    services(values);
  }

  private String alnum(int count) {
    return dice.of(Dice.ALNUM, count);
  }

  private String signs(int count) {
    return dice.of(Dice.ALNUM + "-_", count - 1) + alnum(1);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private String password() {
    return dice.one(
        dice.one(WORDS) + dice.one("@", "$", "!", "*") + dice.digits(3),
        dice.one(WORDS) + "-" + dice.one(WORDS) + "-" + dice.digits(2),
        alnum(dice.between(10, 22)) + "6",
        dice.of(Dice.SMALL, 5) + dice.digits(2) + "^" + dice.of(Dice.CAPITALS, 4),
        dice.one("L3tm31n", "Qw3rty", "H4rb0ur") + dice.one("", "!") + dice.digits(2));
  }

  private String plainPassword() {
    return dice.one(alnum(16) + "2", dice.one(WORDS) + dice.digits(4), "Pg-" + alnum(9) + "0");
  }

  private String key() {
    return dice.one(
        dice.of(HEX, 40), dice.of(HEX, 64), alnum(32) + "5", signs(43), alnum(24) + "7");
  }

  private String jwt() {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    String head = "{\"alg\":\"RS256\",\"kid\":\"" + dice.hex(4) + "\",\"typ\":\"JWT\"}";
    String body = "{\"sub\":\"" + dice.digits(9) + "\",\"exp\":1" + dice.digits(9) + "}";
    return encoder.encodeToString(head.getBytes(StandardCharsets.UTF_8))
        + "."
        + encoder.encodeToString(body.getBytes(StandardCharsets.UTF_8))
        + "."
        + encoder.encodeToString(dice.bytes(64));
  }

  private String privateKey() {
    String kind =
        dice.one("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY");
    StringBuilder text = new StringBuilder("-----BEGIN " + kind + "-----\n");
    for (int i = 0; i < 6; i++) {
      text.append(dice.of(Dice.ALNUM + "+/", 64)).append('\n');
    }
    return text.append(dice.of(Dice.ALNUM, 42)).append("==\n-----END " + kind + "-----").toString();
  }

  private void clouds(Map<String, Supplier<String>> values) {
    values.put(
        "AWS_ACCESS_KEY", () -> dice.one("AKIA", "ASIA") + dice.of(Dice.CAPITALS + "234567", 16));
    values.put("AWS_SECRET_KEY", () -> dice.of(Dice.ALNUM + "/+", 39) + "9");
    values.put("GCP_API_KEY", () -> "AIzaSy" + signs(33));
    values.put("GCP_OAUTH", () -> "ya29.a0" + signs(120));
    values.put("AZURE_SECRET", () -> Base64.getEncoder().encodeToString(dice.bytes(64)));
    values.put("DIGITALOCEAN_TOKEN", () -> "dop_v1_" + dice.of(HEX, 64));
    values.put("VAULT_TOKEN", () -> "hvs." + signs(92));
    values.put("TERRAFORM_TOKEN", () -> alnum(14) + ".atlasv1." + alnum(67));
  }

  private void sources(Map<String, Supplier<String>> values) {
    values.put(
        "GITHUB_TOKEN",
        () -> dice.one("ghp_" + alnum(36), "gho_" + alnum(36), "ghs_" + alnum(36), fineGrained()));
    values.put("GITLAB_TOKEN", () -> "glpat-" + signs(20));
    values.put("URL_CREDENTIALS.token", () -> "oauth2:glpat-" + signs(20));
    values.put("NPM_TOKEN", () -> "npm_" + alnum(36));
    values.put("PYPI_TOKEN", () -> "pypi-AgEIcHlwaS5vcmc" + signs(140));
    values.put("DOCKER_TOKEN", () -> "dckr_pat_" + signs(27));
    values.put("HUGGINGFACE_TOKEN", () -> "hf_" + dice.of(Dice.CAPITALS + Dice.SMALL, 34));
    values.put("SENTRY_TOKEN", () -> "sntryu_" + dice.of(HEX, 64));
  }

  private String fineGrained() {
    return "github_pat_" + alnum(22) + "_" + alnum(59);
  }

  private void services(Map<String, Supplier<String>> values) {
    values.put("OPENAI_KEY", () -> "sk-proj-" + signs(74) + "T3BlbkFJ" + signs(74));
    values.put("ANTHROPIC_KEY", () -> "sk-ant-api03-" + signs(93) + "AA");
    values.put("STRIPE_KEY", () -> dice.one("sk_live_", "rk_live_") + alnum(24));
    values.put(
        "SLACK_TOKEN", () -> "xoxb-" + dice.digits(12) + "-" + dice.digits(12) + "-" + alnum(24));
    values.put(
        "SLACK_WEBHOOK",
        () ->
            "https://hooks.slack.com/services/T"
                + dice.of(Dice.CAPITALS + "0123456789", 10)
                + "/B"
                + dice.of(Dice.CAPITALS + "0123456789", 10)
                + "/"
                + alnum(24));
    values.put("SENDGRID_KEY", () -> "SG." + signs(22) + "." + signs(43));
    values.put("TWILIO_KEY", () -> "SK" + dice.of(HEX, 32));
    values.put("SHOPIFY_TOKEN", () -> "shpat_" + dice.of(HEX, 32));
    values.put("TELEGRAM_TOKEN", () -> dice.between(1, 9) + dice.digits(9) + ":AA" + signs(33));
    values.put("LINEAR_KEY", () -> "lin_api_" + alnum(40));
    values.put("NOTION_TOKEN", () -> "ntn_" + dice.digits(11) + alnum(35));
    values.put("MAILGUN_KEY", () -> "key-" + dice.of(HEX, 32));
    values.put("DATABRICKS_TOKEN", () -> "dapi" + dice.of(HEX, 32));
    values.put("POSTMAN_KEY", () -> "PMAK-" + dice.of(HEX, 24) + "-" + dice.of(HEX, 34));
    values.put("GRAFANA_TOKEN", () -> "glsa_" + alnum(32) + "_" + dice.of(HEX, 8));
    values.put("AIRTABLE_TOKEN", () -> "pat" + alnum(14) + "." + dice.of(HEX, 64));
  }
}

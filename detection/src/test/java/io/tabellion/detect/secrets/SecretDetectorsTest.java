package io.tabellion.detect.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.Found;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens are put together here, so that no scanner of repositories takes them for real ones. */
@Tag("unit")
class SecretDetectorsTest {
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final Random random = new Random(5);

  /** Fills a shape: {@code {a36}} is 36 letters and digits, {@code h} hexadecimal, … */
  private String fill(String shape) {
    StringBuilder filled = new StringBuilder();
    for (int i = 0; i < shape.length(); i++) {
      if (shape.charAt(i) != '{') {
        filled.append(shape.charAt(i));
        continue;
      }
      int end = shape.indexOf('}', i);
      int count = Integer.parseInt(shape.substring(i + 2, end));
      String set =
          switch (shape.charAt(i + 1)) {
            case 'a' -> LETTERS + "0123456789";
            case 'h' -> "0123456789abcdef";
            case 'u' -> "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
            case 'l' -> "abcdefghijklmnopqrstuvwxyz0123456789";
            case 'd' -> "123456789";
            case 'b' -> LETTERS + "0123456789+/";
            default -> LETTERS + "0123456789_-";
          };
      for (int k = 0; k < count - 1; k++) {
        filled.append(set.charAt(random.nextInt(set.length())));
      }
      filled.append(set.charAt(set.length() > 60 ? 60 : set.length() - 1));
      i = end;
    }
    return filled.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          AWS_ACCESS_KEY | AKIA{u16}
          AWS_ACCESS_KEY | ASIA{u16}
          GCP_API_KEY | AIza{w35}
          GCP_OAUTH | GOCSPX-{w28}
          GCP_OAUTH | ya29.{w60}
          AZURE_SECRET | {a3}8Q~{a34}
          ALIBABA_KEY | LTAI{a20}
          TENCENT_KEY | AKID{a32}
          DIGITALOCEAN_TOKEN | dop_v1_{h64}
          CLOUDFLARE_TOKEN | v1.0-{h24}-{h146}
          FLYIO_TOKEN | fo1_{w43}
          FLYIO_TOKEN | fm1r_{b120}
          NETLIFY_TOKEN | nfp_{a36}
          OPENSHIFT_TOKEN | sha256~{w43}
          PULUMI_TOKEN | pul-{h40}
          TERRAFORM_TOKEN | {a14}.atlasv1.{w66}
          VAULT_TOKEN | hvs.{w92}
          TAILSCALE_KEY | tskey-auth-{a17}-{a32}
          GITHUB_TOKEN | ghp_{a36}
          GITHUB_TOKEN | github_pat_{a22}_{a59}
          GITLAB_TOKEN | glpat-{w20}
          BITBUCKET_TOKEN | ATBB{a32}
          BUILDKITE_TOKEN | bkua_{h40}
          CIRCLECI_TOKEN | CCIPAT_{a22}_{h40}
          SONAR_TOKEN | squ_{h40}
          NPM_TOKEN | npm_{a36}
          PYPI_TOKEN | pypi-{w120}
          RUBYGEMS_KEY | rubygems_{h48}
          NUGET_KEY | oy2{l43}
          DOCKER_TOKEN | dckr_pat_{w27}
          CLOJARS_TOKEN | CLOJARS_{a60}
          JFROG_TOKEN | AKCp{a69}
          STRIPE_KEY | sk_live_{a24}
          STRIPE_KEY | whsec_{b32}
          SQUARE_TOKEN | sq0csp-{w43}
          PAYPAL_TOKEN | access_token$production${l16}${h32}
          SHOPIFY_TOKEN | shpat_{h32}
          PLAID_TOKEN | access-production-{h8}-{h4}-{h4}-{h4}-{h12}
          EASYPOST_KEY | EZAK{a54}
          SHIPPO_TOKEN | shippo_live_{h40}
          SLACK_TOKEN | xoxb-{d12}-{d12}-{a24}
          SLACK_TOKEN | xapp-1-A{u10}-{d13}-{h64}
          SLACK_WEBHOOK | hooks.slack.com/services/T{u8}/B{u8}/{a24}
          TWILIO_KEY | SK{h32}
          SENDGRID_KEY | SG.{w22}.{w43}
          MAILGUN_KEY | key-{h32}
          MAILCHIMP_KEY | {h32}-us12
          BREVO_KEY | xkeysib-{h64}-{a16}
          TELEGRAM_TOKEN | {d10}:AA{w33}
          FACEBOOK_TOKEN | EAA{a150}
          OPENAI_KEY | sk-proj-{w100}
          OPENAI_KEY | sk-{a20}T3BlbkFJ{a20}
          ANTHROPIC_KEY | sk-ant-api03-{w93}AA
          HUGGINGFACE_TOKEN | hf_{a34}
          GROQ_KEY | gsk_{a52}
          REPLICATE_TOKEN | r8_{a37}
          PERPLEXITY_KEY | pplx-{a48}
          XAI_KEY | xai-{a80}
          LANGSMITH_KEY | lsv2_pt_{h32}_{h10}
          PINECONE_KEY | pcsk_{a70}
          DATABRICKS_TOKEN | dapi{h32}
          SUPABASE_KEY | sbp_{h40}
          PLANETSCALE_TOKEN | pscale_tkn_{a43}
          DOPPLER_TOKEN | dp.pt.{a43}
          DROPBOX_TOKEN | sl.{w140}
          GRAFANA_TOKEN | glsa_{a32}_{h8}
          NEWRELIC_KEY | NRAK-{u27}
          SENTRY_TOKEN | sntryu_{h64}
          DYNATRACE_TOKEN | dt0c01.{u24}.{u64}
          POSTMAN_KEY | PMAK-{h24}-{h34}
          NOTION_TOKEN | ntn_{a46}
          LINEAR_KEY | lin_api_{a40}
          ATLASSIAN_TOKEN | ATATT3{w180}
          AIRTABLE_TOKEN | pat{a14}.{h64}
          FIGMA_TOKEN | figd_{w40}
          CONTENTFUL_TOKEN | CFPAT-{w43}
          HUBSPOT_TOKEN | pat-na1-{h8}-{h4}-{h4}-{h4}-{h12}
          AGE_KEY | AGE-SECRET-KEY-1{u58}
          AWS_BEDROCK_KEY | ABSK{b128}
          AZURE_DEVOPS_TOKEN | {a76}AZDO{a4}
          SOURCEGRAPH_TOKEN | sgp_{h16}_{h40}
          SOURCEGRAPH_TOKEN | sgp_{h40}
          HARNESS_TOKEN | pat.{w22}.{h24}.{a20}
          OCTOPUS_KEY | API-{u26}
          CRATES_TOKEN | cio{a32}
          TEAMS_WEBHOOK | acme.webhook.office.com/webhookb2/{h8}-{h4}-{h4}-{h4}-{h12}@{h8}-{h4}-{h4}-{h4}-{h12}/IncomingWebhook/{h32}/{h8}-{h4}-{h4}-{h4}-{h12}
          OPENROUTER_KEY | sk-or-v1-{h64}
          NVIDIA_KEY | nvapi-{w64}
          LANGFUSE_KEY | sk-lf-{h8}-{h4}-{h4}-{h4}-{h12}
          LAUNCHDARKLY_KEY | sdk-{h8}-{h4}-{h4}-{h4}-{h12}
          TRELLO_TOKEN | ATTA{h72}
          RESEND_KEY | re_{a8}_{a24}
          YANDEX_KEY | AQVN{w36}
          YANDEX_KEY | t1.{w120}.{w86}
          """)
  void findsTokensByTheirShape(String detector, String shape) {
    String token = fill(shape);

    assertThat(Found.in("the key is " + token + ".")).containsExactly(detector + ":" + token);
    assertThat(Found.in("{\"k\":\"" + token + "\"}")).containsExactly(detector + ":" + token);
    assertThat(Found.in("x" + token.substring(0, token.length() - 3)))
        .noneMatch(found -> found.startsWith(detector));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          AWS_SECRET_KEY | aws_secret_access_key = | {b40}
          HEROKU_KEY | HEROKU_API_KEY= | {h8}-{h4}-{h4}-{h4}-{h12}
          TWILIO_KEY | TWILIO_AUTH_TOKEN: | {h32}
          DATADOG_KEY | DATADOG_API_KEY= | {h32}
          CLOUDFLARE_TOKEN | cloudflare_api_token: | {a40}
          AZURE_DEVOPS_TOKEN | AZURE_DEVOPS_EXT_PAT= | {l52}
          SNYK_TOKEN | SNYK_TOKEN: | {h8}-{h4}-{h4}-{h4}-{h12}
          FASTLY_TOKEN | fastly_api_token = | {w32}
          ALGOLIA_KEY | ALGOLIA_ADMIN_KEY= | {h32}
          TRELLO_TOKEN | trello_key: | {h32}
          INTERCOM_TOKEN | INTERCOM_ACCESS_TOKEN= | {a60}
          ZENDESK_TOKEN | zendesk_api_token: | {a40}
          TWITCH_TOKEN | TWITCH_OAUTH_TOKEN= | {l30}
          CONFLUENT_KEY | confluent_cloud_api_secret = | {b64}
          COINBASE_KEY | COINBASE_API_SECRET: | {w64}
          VERCEL_TOKEN | VERCEL_TOKEN= | {a24}
          CODECOV_TOKEN | CODECOV_TOKEN: | {h8}-{h4}-{h4}-{h4}-{h12}
          YANDEX_KEY | yandex_secret_key: | YC{w38}
          GENERIC_SECRET | api_key: | {a32}
          GENERIC_SECRET | --token | {a24}
          GENERIC_SECRET | X-Api-Key: | {h40}
          GENERIC_SECRET | clientSecret = | {w40}
          GENERIC_SECRET | COOKIE_KEY= | {a32}
          """)
  void findsValuesByTheNameTheyAreAssignedTo(String detector, String name, String shape) {
    String token = fill(shape);

    assertThat(Found.in(name + " " + token)).containsExactly(detector + ":" + token);
    assertThat(Found.in("nothing " + token)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          GENERIC_SECRET | password = "correct-Horse7" | correct-Horse7
          GENERIC_SECRET | {"password":"Tr0ub4dor&3"} | Tr0ub4dor&3
          GENERIC_SECRET | DB_PASSWORD=s3cr3tPw | s3cr3tPw
          GENERIC_SECRET | SMTP_PASS=s3cr3tPw | s3cr3tPw
          GENERIC_SECRET | <password>hunter22!</password> | hunter22!
          GENERIC_SECRET | the password is Blue42Sky | Blue42Sky
          GENERIC_SECRET | {\\"password\\":\\"Tr0ub4dor&3\\"} | Tr0ub4dor&3
          URL_CREDENTIALS | https://deploy:pA55phrase@example.org/x | deploy:pA55phrase
          CONNECTION_STRING | postgres://app:s3cr3t@db.example.org:5432/app?ssl=1 | postgres://app:s3cr3t@db.example.org:5432/app?ssl=1
          CONNECTION_STRING | redis://:s3cr3t@cache:6379/0 | redis://:s3cr3t@cache:6379/0
          CONNECTION_STRING | Server=db;Database=a;User Id=sa;Password=Pa5s-w0rd; | Pa5s-w0rd
          BASIC_AUTH | curl -s -u admin:S3cr3tPw https://example.org | admin:S3cr3tPw
          GENERIC_SECRET | ENV DB_PASSWORD sup3rs3cret | sup3rs3cret
          GENERIC_SECRET | SECRET_KEY = 'dj-4v@x0q#z8k2$m9w1t7y5' | dj-4v@x0q#z8k2$m9w1t7y5
          GENERIC_SECRET | Authorization: Token 9944b09199c62bcf9418ad846dd0e4bb | 9944b09199c62bcf9418ad846dd0e4bb
          BASIC_AUTH | Authorization: Basic YWxpY2U6c2VzYW1lLW9wZW4= | YWxpY2U6c2VzYW1lLW9wZW4=
          """)
  void finds(String detector, String text, String value) {
    assertThat(Found.in(text)).containsExactly(detector + ":" + value);
  }

  /** The value must be said in the line, and the login must read it from there. */
  @Test
  void findsWhatIsPipedIntoALogin() {
    for (String line :
        List.of(
            "echo s3cr3tPw9 | docker login -u ci --password-stdin",
            "$ echo -n \"s3cr3tPw9\" | podman login r.example.org -u ci --password-stdin",
            "printf '%s' 's3cr3tPw9'|helm registry login --password-stdin r.example.org")) {
      assertThat(Found.in(line)).containsExactly("COMMAND_PASSWORD:s3cr3tPw9");
    }
    for (String line :
        List.of(
            "echo s3cr3tPw9 | docker build -",
            "cat s3cr3tPw9 | docker login -u ci --password-stdin",
            "echo $TOKEN2 | docker login -u ci --password-stdin",
            "echo secretword | docker login -u ci --password-stdin",
            "echo s3cr3tPw9 | docker login -u ci",
            "docker login -u ci --password-stdin")) {
      assertThat(Found.in(line)).isEmpty();
    }
  }

  @Test
  void findsBearerTokens() {
    String token = fill("{a40}");
    assertThat(Found.in("Authorization: Bearer " + token)).containsExactly("BEARER_TOKEN:" + token);
  }

  /** What stands before a host may be a name or a token: the token says more. */
  @Test
  void aTokenBeforeAHostIsNoAddress() {
    String token = fill("ghp_{a36}");

    assertThat(Found.in("origin https://" + token + "@github.example/x"))
        .containsExactly("GITHUB_TOKEN:" + token);
  }

  @Test
  void findsJsonWebTokens() {
    String token =
        base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")
            + "."
            + base64("{\"sub\":\"1\"}")
            + "."
            + fill("{w43}");

    assertThat(Found.in("cookie: sid=" + token + "; path=/")).containsExactly("JWT:" + token);
    assertThat(Found.in(base64("{\"typ\":\"x\"}") + "." + base64("{}") + ".abc")).isEmpty();
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK"
      })
  void findsPrivateKeys(String label) {
    String body = fill("{b64}\n{b64}\n{b30}==\n");
    String key = "-----BEGIN " + label + "-----\n" + body + "-----END " + label + "-----";

    assertThat(Found.in("key:\n" + key + "\nend")).containsExactly("PRIVATE_KEY:" + key);
    assertThat(Found.in(key.replace("\n", "\\n")))
        .containsExactly("PRIVATE_KEY:" + key.replace("\n", "\\n"));
  }

  @Test
  void aKeyWhoseEndIsMissingIsFoundAsFarAsItsLinesGo() {
    String key = "-----BEGIN PRIVATE KEY-----\n" + fill("{b64}\n{b64}");

    assertThat(Found.in(key)).containsExactly("PRIVATE_KEY:" + key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          GENERIC_SECRET | SMTP_PASSWORD=applecart | applecart
          GENERIC_SECRET | db_password = "applecart" | applecart
          GENERIC_SECRET | {"password":"apple cart horse"} | apple cart horse
          GENERIC_SECRET | <property name="password" value="apple7cart"/> | apple7cart
          GENERIC_SECRET | {"name": "APP_PASSWORD", "value": "apple7cart"} | apple7cart
          GENERIC_SECRET | cfg.setPassword("apple7cart"); | apple7cart
          GENERIC_SECRET | CREATE USER a IDENTIFIED BY 'apple7cart'; | apple7cart
          GENERIC_SECRET | пароль: apple7cart | apple7cart
          GENERIC_SECRET | contraseña: apple7cart | apple7cart
          GENERIC_SECRET | mot de passe : apple7cart | apple7cart
          GENERIC_SECRET | pw: apple7cart | apple7cart
          COMMAND_PASSWORD | mysql -u root -papple7cart shop | apple7cart
          COMMAND_PASSWORD | sshpass -p 'apple7cart' ssh x | apple7cart
          COMMAND_PASSWORD | redis-cli -h c -a apple7cart ping | apple7cart
          COMMAND_PASSWORD | machine a.example login b password apple7cart | apple7cart
          """)
  void findsPasswordsWhereverTheyAreGiven(String detector, String text, String found) {
    assertThat(Found.in(text)).containsExactly(detector + ":" + found);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "sk_live_0000000000000000000000000",
        "password: string",
        "password = getPassword()",
        "password: ${DB_PASSWORD}",
        "password=os.environ['PW1']",
        "Password must be 8 characters",
        "\"password\": \"changeme123\"",
        "token = parser.nextToken2()",
        "max_tokens: 128000000000",
        "token_url: https://example.org/token/v2",
        "api_key: YOUR_API_KEY_1234",
        "secretName: my-app-secret-v2-prod",
        "String token = tokens.get(0);",
        "\"integrity\": \"sha512-b9zT7vVt0gX1u9YyDg3oZ5VbH2sQkq8w==\"",
        "cache_key: 3F786850e387550fdab836ed7e6dc881de23001b",
        "row_key=3f786850e387550fdab836ed7e6dc881",
        "public_key: 3f786850e387550fdab836ed7e6dc881de23001b",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "if (line.equals(\"-----BEGIN PRIVATE KEY-----\")) {",
        "https://user:password@example.org",
        "new URL('https://abc:xyz@example.com')",
        "https://a:b@example.com",
        "https://example.org/a:b@c",
        "docker run -u 1000:1000 image",
        "basic authentication",
        "Bearer token",
        "eyJ is how they start",
        "password: required",
        "zendesk_ticket: 8412345",
        "vercel_url: https://my-app-8c1f60aa.vercel.example",
        "codecov_version: 8c1f60aa92d3",
        "the twitch stream 8c1f60aa92d34be78c1f60aa92d34b",
        "intercom = new Intercom(app1)",
        "at t1.column7.value",
        "password: String",
        "\"password\": \"Passwort vergessen?\"",
        "\"password\": \"Enter a new one, please\"",
        "  self.passphrase = passphrase",
        "password.encode(\"latin1\")",
        "pwd.getpwnam('nobody')",
        "  password: Credentials,",
        "sshpass -p $SECRET1 ssh x",
        "mkdir -p build1/classes",
        "ssh -p2222 host",
        "shadow|passwd|credentials1",
        "secret: 2026-11-24T10:50:30Z"
      })
  void leaves(String text) {
    assertThat(Found.in(text)).isEmpty();
  }
}

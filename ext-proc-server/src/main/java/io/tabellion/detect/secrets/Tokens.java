package io.tabellion.detect.secrets;

import static io.tabellion.detect.engine.CharSet.ALNUM;
import static io.tabellion.detect.engine.CharSet.BASE64;
import static io.tabellion.detect.engine.CharSet.BASE64URL;
import static io.tabellion.detect.engine.CharSet.DIGIT;
import static io.tabellion.detect.engine.CharSet.HEX;
import static io.tabellion.detect.engine.CharSet.LOWER_ALNUM;
import static io.tabellion.detect.engine.CharSet.LOWER_HEX;
import static io.tabellion.detect.engine.CharSet.UPPER_ALNUM;
import static io.tabellion.detect.engine.CharSet.WORD;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Detector;
import java.util.ArrayList;
import java.util.List;

/** The tokens of providers: one line a provider, as its documentation and its tokens show them. */
final class Tokens {
  private static final CharSet UUID = CharSet.of("0-9A-Fa-f-");
  private static final CharSet AZURE = CharSet.of("0-9A-Za-z_~.-");
  private static final CharSet DOTTED = CharSet.of("0-9A-Za-z_.-");
  private static final CharSet BASE64URL_PADDED = CharSet.of("0-9A-Za-z_=-");

  private final List<Detector> all = new ArrayList<>();

  private Tokens() {}

  static List<Detector> all() {
    Tokens tokens = new Tokens();
    tokens.clouds();
    tokens.hosting();
    tokens.packages();
    tokens.payment();
    tokens.messaging();
    tokens.models();
    tokens.platforms();
    tokens.monitoring();
    tokens.work();
    tokens.named();
    return List.copyOf(tokens.all);
  }

  private void add(Token token, String rule, String source) {
    all.add(token.detector(rule, source));
  }

  private static Shape of(String literal) {
    return Shape.of(literal);
  }

  private void clouds() {
    add(
        Token.of(
            "AWS_ACCESS_KEY",
            of("AKIA").run(UPPER_ALNUM, 16),
            of("ASIA").run(UPPER_ALNUM, 16),
            of("ABIA").run(UPPER_ALNUM, 16),
            of("ACCA").run(UPPER_ALNUM, 16)),
        "AKIA, ASIA, ABIA or ACCA and 16 capitals and digits.",
        "AWS IAM, unique identifiers");
    add(
        new Token("AWS_SECRET_KEY", List.of(), List.of())
            .assigned("aws_secret", BASE64, 40, 40)
            .assigned("awssecret", BASE64, 40, 40)
            .assigned("secret_access_key", BASE64, 40, 40)
            .assigned("secretaccesskey", BASE64, 40, 40)
            .assigned("aws_session_token", BASE64, 100, 2048),
        "40 signs of base64 assigned to a name of an AWS secret key; the session token likewise.",
        "AWS IAM, access keys");
    add(
        Token.of("GCP_API_KEY", of("AIza").run(BASE64URL, 35)),
        "AIza and 35 signs of base64url.",
        "Google Cloud, API keys");
    add(
        Token.of(
            "GCP_OAUTH",
            of("GOCSPX-").run(BASE64URL, 28),
            of("ya29.").run(BASE64URL, 30, 1024),
            of("1//0").run(BASE64URL, 40, 256)),
        "GOCSPX- and 28 signs (client secret), ya29. (access token), 1//0 (refresh token).",
        "Google Identity, OAuth 2.0");
    add(
        Token.of(
                "AZURE_SECRET",
                of("Q~").after(AZURE, 4, 4).run(AZURE, 31, 34),
                of("AccountKey=").run(BASE64, 80, 96),
                of("SharedAccessKey=").run(BASE64, 40, 60))
            .assigned("azure_client_secret", AZURE, 32, 44)
            .assigned("ocp-apim-subscription-key", LOWER_HEX, 32, 32),
        "A client secret with Q~ as its fifth and sixth sign; the keys of storage accounts and"
            + " service buses in their connection strings.",
        "Microsoft Learn, Entra client secrets; Azure Storage connection strings");
    add(
        Token.of(
            "AWS_BEDROCK_KEY",
            of("ABSK").run(BASE64, 109, 271),
            of("bedrock-api-key-").run(BASE64, 100, 2048)),
        "ABSK and at least 109 signs of base64, or bedrock-api-key- and a signed address in base64.",
        "Amazon Bedrock, API keys");
    add(
        Token.of("ALIBABA_KEY", of("LTAI").run(ALNUM, 12, 20)),
        "LTAI and 12 to 20 letters and digits.",
        "Alibaba Cloud, AccessKey pairs");
    add(
        Token.of("TENCENT_KEY", of("AKID").run(ALNUM, 32)),
        "AKID and 32 letters and digits.",
        "Tencent Cloud, API keys");
    add(
        Token.of(
            "DIGITALOCEAN_TOKEN",
            of("dop_v1_").run(LOWER_HEX, 64),
            of("doo_v1_").run(LOWER_HEX, 64),
            of("dor_v1_").run(LOWER_HEX, 64)),
        "dop_v1_, doo_v1_ or dor_v1_ and 64 hexadecimal digits.",
        "DigitalOcean, personal access tokens");
    add(
        Token.of("CLOUDFLARE_TOKEN", of("v1.0-").run(LOWER_HEX, 24).then("-").run(LOWER_HEX, 146))
            .assigned("cloudflare", BASE64URL, 37, 40)
            .assigned("cf_api", BASE64URL, 37, 40),
        "v1.0- (origin CA key), or 37 to 40 signs assigned to a name with cloudflare in it.",
        "Cloudflare, API tokens");
    add(
        Token.of("HEROKU_KEY", of("HRKU-").run(BASE64URL, 36, 80)).assigned("heroku", UUID, 36, 36),
        "HRKU- and a key, or a UUID assigned to a name with heroku in it.",
        "Heroku, OAuth tokens");
    add(
        Token.of(
            "FLYIO_TOKEN",
            of("fo1_").run(BASE64URL, 43),
            of("fm2_").run(BASE64, 100, 2048),
            of("fm1a_").run(BASE64, 100, 2048),
            of("fm1r_").run(BASE64, 100, 2048)),
        "fo1_ and 43 signs, or fm1a_, fm1r_ or fm2_ and a macaroon.",
        "Fly.io, access tokens");
    add(
        Token.of("NETLIFY_TOKEN", of("nfp_").run(ALNUM, 36, 40)),
        "nfp_ and 36 to 40 letters and digits.",
        "Netlify, personal access tokens");
    add(
        Token.of("OPENSHIFT_TOKEN", of("sha256~").run(BASE64URL, 43)),
        "sha256~ and 43 signs.",
        "Red Hat OpenShift, OAuth access tokens");
    add(
        Token.of("PULUMI_TOKEN", of("pul-").run(LOWER_HEX, 40)),
        "pul- and 40 hexadecimal digits.",
        "Pulumi Cloud, access tokens");
    add(
        Token.of("TERRAFORM_TOKEN", of(".atlasv1.").after(ALNUM, 14, 14).run(BASE64URL, 60, 70)),
        "14 letters and digits, .atlasv1. and 60 to 70 signs.",
        "HCP Terraform, API tokens");
    add(
        Token.of(
            "VAULT_TOKEN",
            of("hvs.").run(BASE64URL, 24, 256),
            of("hvb.").run(BASE64URL, 100, 400),
            of("hvr.").run(BASE64URL, 24, 256)),
        "hvs., hvb. or hvr. and a token.",
        "HashiCorp Vault, tokens");
    add(
        Token.of(
            "TAILSCALE_KEY",
            of("tskey-api-").run(DOTTED, 20, 80),
            of("tskey-auth-").run(DOTTED, 20, 80),
            of("tskey-client-").run(DOTTED, 20, 80)),
        "tskey-, a kind, and a key.",
        "Tailscale, keys");
  }

  private static Shape uuid(String literal) {
    return of(literal)
        .run(HEX, 8)
        .then("-")
        .run(HEX, 4)
        .then("-")
        .run(HEX, 4)
        .then("-")
        .run(HEX, 4)
        .then("-")
        .run(HEX, 12);
  }

  private void hosting() {
    List<Shape> github = new ArrayList<>();
    for (String prefix : List.of("ghp_", "gho_", "ghu_", "ghs_", "ghr_")) {
      github.add(of(prefix).run(ALNUM, 36, 255));
    }
    github.add(of("github_pat_").run(WORD, 82));
    add(
        new Token("GITHUB_TOKEN", github, List.of()),
        "ghp_, gho_, ghu_, ghs_ or ghr_ and at least 36 letters and digits; github_pat_ and 82.",
        "GitHub Docs, about authentication: token formats");
    List<Shape> gitlab = new ArrayList<>();
    for (String prefix :
        List.of(
            "glpat-",
            "gldt-",
            "glrt-",
            "glcbt-",
            "glptt-",
            "glft-",
            "glsoat-",
            "glagent-",
            "gloas-",
            "glimt-",
            "glffct-")) {
      gitlab.add(of(prefix).run(DOTTED, 20, 300));
    }
    add(
        new Token("GITLAB_TOKEN", gitlab, List.of()),
        "glpat-, gldt-, glrt-, glcbt-, glptt- and their like, and at least 20 signs.",
        "GitLab Docs, token overview");
    add(
        Token.of(
                "BITBUCKET_TOKEN",
                of("ATBB").run(ALNUM, 32),
                of("ATCTT3xFfG").run(BASE64URL_PADDED, 150, 250))
            .assigned("bitbucket", BASE64URL, 32, 64),
        "ATBB and 32 letters and digits, or a key assigned to a name with bitbucket in it.",
        "Atlassian Bitbucket, app passwords");
    add(
        Token.of("AZURE_DEVOPS_TOKEN", of("AZDO").after(ALNUM, 76, 76).run(ALNUM, 4))
            .assigned("azure_devops", LOWER_ALNUM, 52, 52)
            .assigned("azuredevops", LOWER_ALNUM, 52, 52)
            .assigned("azdo_pat", LOWER_ALNUM, 52, 52),
        "84 letters and digits with AZDO before the last four; the older 52 assigned to a name of the"
            + " product.",
        "Azure DevOps, personal access tokens");
    add(
        Token.of(
            "SOURCEGRAPH_TOKEN",
            of("sgp_").run(HEX, 40),
            of("sgp_").run(HEX, 16).then("_").run(HEX, 40),
            of("sgp_local_").run(HEX, 40)),
        "sgp_, perhaps the instance, and 40 hexadecimal digits.",
        "Sourcegraph, access tokens");
    add(
        Token.of(
            "HARNESS_TOKEN",
            of("pat.").run(BASE64URL, 22).then(".").run(HEX, 24).then(".").run(ALNUM, 20),
            of("sat.").run(BASE64URL, 22).then(".").run(HEX, 24).then(".").run(ALNUM, 20)),
        "pat. or sat., the account's 22 signs, a dot, 24 hexadecimal digits, a dot and 20 signs.",
        "Harness, API keys");
    add(
        Token.of("OCTOPUS_KEY", of("API-").run(UPPER_ALNUM, 26)),
        "API- and 26 capitals and digits.",
        "Octopus Deploy, API keys");
    add(
        new Token("SNYK_TOKEN", List.of(), List.of()).assigned("snyk", UUID, 36, 36),
        "A UUID assigned to a name with snyk in it.",
        "Snyk, API tokens");
    add(
        Token.of("BUILDKITE_TOKEN", of("bkua_").run(LOWER_HEX, 40)),
        "bkua_ and 40 hexadecimal digits.",
        "Buildkite, API access tokens");
    add(
        Token.of("CIRCLECI_TOKEN", of("CCIPAT_").run(ALNUM, 22).then("_").run(LOWER_HEX, 40)),
        "CCIPAT_, 22 signs, _ and 40 hexadecimal digits.",
        "CircleCI, personal API tokens");
    add(
        Token.of(
            "SONAR_TOKEN",
            of("sqp_").run(LOWER_HEX, 40),
            of("squ_").run(LOWER_HEX, 40),
            of("sqa_").run(LOWER_HEX, 40)),
        "sqp_, squ_ or sqa_ and 40 hexadecimal digits.",
        "SonarQube, tokens");
  }

  private void packages() {
    add(
        Token.of("NPM_TOKEN", of("npm_").run(ALNUM, 36)).assigned("_authtoken", UUID, 36, 36),
        "npm_ and 36 letters and digits; a UUID assigned to _authToken.",
        "npm Docs, access tokens");
    add(
        Token.of("PYPI_TOKEN", of("pypi-").run(BASE64URL, 60, 300)),
        "pypi- and a macaroon of at least 60 signs.",
        "PyPI, API tokens");
    add(
        Token.of("RUBYGEMS_KEY", of("rubygems_").run(LOWER_HEX, 48)),
        "rubygems_ and 48 hexadecimal digits.",
        "RubyGems Guides, API key scopes");
    add(
        Token.of("NUGET_KEY", of("oy2").run(LOWER_ALNUM, 43)),
        "oy2 and 43 small letters and digits.",
        "NuGet, API keys");
    add(
        Token.of(
            "DOCKER_TOKEN", of("dckr_pat_").run(BASE64URL, 27), of("dckr_oat_").run(BASE64URL, 32)),
        "dckr_pat_ and 27 signs, dckr_oat_ and 32.",
        "Docker Docs, access tokens");
    add(
        Token.of("CRATES_TOKEN", of("cio").run(ALNUM, 32)),
        "cio and 32 letters and digits.",
        "The Cargo Book, publishing on crates.io");
    add(
        Token.of("CLOJARS_TOKEN", of("CLOJARS_").run(ALNUM, 60)),
        "CLOJARS_ and 60 letters and digits.",
        "Clojars, deploy tokens");
    add(
        Token.of(
            "JFROG_TOKEN", of("AKCp").run(ALNUM, 65, 75), of("cmVmdGtu").run(BASE64URL, 50, 100)),
        "AKCp (API key) or cmVmdGtu (reference token) and what follows.",
        "JFrog Platform, tokens");
  }

  private void payment() {
    List<Shape> stripe = new ArrayList<>();
    for (String prefix : List.of("sk_live_", "rk_live_", "sk_test_", "rk_test_", "sk_org_")) {
      stripe.add(of(prefix).run(ALNUM, 16, 247));
    }
    stripe.add(of("whsec_").run(BASE64, 24, 64));
    add(
        new Token("STRIPE_KEY", stripe, List.of()),
        "sk_ or rk_, live_ or test_, and at least 16 letters and digits; whsec_ for webhooks.",
        "Stripe Docs, API keys");
    add(
        Token.of(
            "SQUARE_TOKEN",
            of("sq0atp-").run(BASE64URL, 22),
            of("sq0csp-").run(BASE64URL, 43),
            of("EAAA").run(BASE64URL, 60)),
        "sq0atp-, sq0csp- or EAAA and a token.",
        "Square Developer, access tokens");
    add(
        Token.of(
                "PAYPAL_TOKEN",
                of("access_token$production$").run(LOWER_ALNUM, 16).then("$").run(LOWER_HEX, 32),
                of("access_token$sandbox$").run(LOWER_ALNUM, 16).then("$").run(LOWER_HEX, 32),
                of("A21AA").run(BASE64URL, 80, 120))
            .assigned("braintree", LOWER_HEX, 32, 32)
            .assigned("paypal", BASE64URL, 80, 80),
        "Braintree's access_token$…$…; PayPal's A21AA; keys assigned to names of either.",
        "PayPal Developer, Braintree access tokens");
    add(
        Token.of(
            "SHOPIFY_TOKEN",
            of("shpat_").run(HEX, 32),
            of("shpca_").run(HEX, 32),
            of("shppa_").run(HEX, 32),
            of("shpss_").run(HEX, 32)),
        "shpat_, shpca_, shppa_ or shpss_ and 32 hexadecimal digits.",
        "Shopify, access token formats");
    add(
        Token.of(
            "PLAID_TOKEN",
            of("access-production-").run(UUID, 36),
            of("access-sandbox-").run(UUID, 36),
            of("access-development-").run(UUID, 36)),
        "access-, the environment and a UUID.",
        "Plaid, API tokens");
    add(
        Token.of("EASYPOST_KEY", of("EZAK").run(ALNUM, 54), of("EZTK").run(ALNUM, 54)),
        "EZAK or EZTK and 54 letters and digits.",
        "EasyPost, API keys");
    add(
        Token.of(
            "SHIPPO_TOKEN",
            of("shippo_live_").run(LOWER_HEX, 40),
            of("shippo_test_").run(LOWER_HEX, 40)),
        "shippo_live_ or shippo_test_ and 40 hexadecimal digits.",
        "Shippo, API tokens");
    add(
        Token.of(
            "FLUTTERWAVE_KEY",
            of("FLWSECK-").run(LOWER_ALNUM, 32).then("-X"),
            of("FLWSECK_TEST-").run(ALNUM, 12, 40)),
        "FLWSECK- or FLWSECK_TEST- and a key.",
        "Flutterwave, API keys");
  }

  private void messaging() {
    List<Shape> slack = new ArrayList<>();
    for (String prefix : List.of("xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxo-")) {
      slack.add(of(prefix).run(BASE64URL, 20, 255));
    }
    slack.add(of("xoxe.").run(DOTTED, 40, 300));
    slack.add(of("xoxe-").run(DOTTED, 40, 300));
    slack.add(of("xapp-").run(DIGIT, 1, 2).then("-").run(BASE64URL, 40, 160));
    add(
        new Token("SLACK_TOKEN", slack, List.of()),
        "xox, a kind, - and at least 20 signs; xapp-, a level, - and at least 40.",
        "Slack API, token types");
    add(
        Token.of(
            "SLACK_WEBHOOK",
            of("hooks.slack.com/services/").run(CharSet.of("0-9A-Za-z/"), 40, 80),
            of("hooks.slack.com/workflows/").run(CharSet.of("0-9A-Za-z/"), 40, 80)),
        "The address of an incoming webhook with its three keys.",
        "Slack API, incoming webhooks");
    add(
        Token.of(
            "TEAMS_WEBHOOK",
            uuid(".webhook.office.com/webhookb2/")
                .after(BASE64URL, 1, 63)
                .then("@")
                .run(UUID, 36)
                .then("/IncomingWebhook/")
                .run(LOWER_ALNUM, 32)
                .then("/")
                .run(UUID, 36)),
        "The address of an incoming webhook with its ids and its key.",
        "Microsoft Teams, incoming webhooks");
    add(
        Token.of("TWILIO_KEY", of("SK").run(LOWER_HEX, 32)).assigned("twilio", LOWER_HEX, 32, 32),
        "SK and 32 hexadecimal digits; 32 assigned to a name with twilio in it.",
        "Twilio, API keys");
    add(
        Token.of("SENDGRID_KEY", of("SG.").run(BASE64URL, 22).then(".").run(BASE64URL, 43)),
        "SG., 22 signs, a dot and 43 signs.",
        "Twilio SendGrid, API keys");
    add(
        Token.of("MAILGUN_KEY", of("key-").run(LOWER_HEX, 32))
            .assigned("mailgun", CharSet.of("0-9a-f-"), 36, 60),
        "key- and 32 hexadecimal digits; a key assigned to a name with mailgun in it.",
        "Mailgun, API keys");
    add(
        Token.of("MAILCHIMP_KEY", of("-us").after(LOWER_HEX, 32, 32).run(DIGIT, 1, 2)),
        "32 hexadecimal digits, -us and the number of a data centre.",
        "Mailchimp, API keys");
    add(
        Token.of("BREVO_KEY", of("xkeysib-").run(LOWER_HEX, 64).then("-").run(ALNUM, 16)),
        "xkeysib-, 64 hexadecimal digits, - and 16 signs.",
        "Brevo, API keys");
    add(
        Token.of("TELEGRAM_TOKEN", of(":AA").after(DIGIT, 8, 10).run(BASE64URL, 32, 33)),
        "The number of the bot, :AA and 32 or 33 signs.",
        "Telegram Bot API, authorizing your bot");
    add(
        Token.of(
                "DISCORD_TOKEN",
                of("discord.com/api/webhooks/").run(DIGIT, 17, 20).then("/").run(BASE64URL, 60, 80),
                of("discordapp.com/api/webhooks/")
                    .run(DIGIT, 17, 20)
                    .then("/")
                    .run(BASE64URL, 60, 80))
            .assigned("discord", DOTTED, 50, 80),
        "The address of a webhook with its key; a bot's token assigned to a name with discord in it.",
        "Discord Developers, authentication");
    add(
        Token.of("FACEBOOK_TOKEN", of("EAA").run(ALNUM, 100, 300)),
        "EAA and at least 100 letters and digits.",
        "Meta for Developers, access tokens");
    add(
        Token.of(
            "TWITTER_BEARER", of("AAAAAAAAAAAAAAAAAAAAA").run(CharSet.of("0-9A-Za-z%"), 80, 120)),
        "21 or more A and 80 to 120 signs.",
        "X Developer Platform, bearer tokens");
  }

  private void models() {
    add(
        Token.of(
            "OPENAI_KEY",
            of("sk-proj-").run(BASE64URL, 40, 200),
            of("sk-svcacct-").run(BASE64URL, 40, 200),
            of("sk-admin-").run(BASE64URL, 40, 200),
            of("sk-None-").run(BASE64URL, 40, 200),
            of("sk-").run(ALNUM, 40, 60)),
        "sk- and 48 letters and digits; sk-proj-, sk-svcacct- or sk-admin- and at least 40 signs.",
        "OpenAI Platform, API keys");
    add(
        Token.of("ANTHROPIC_KEY", of("sk-ant-").run(BASE64URL, 80, 140)),
        "sk-ant-, a kind, and a key of about 95 signs.",
        "Anthropic, API keys");
    add(
        Token.of("OPENROUTER_KEY", of("sk-or-v1-").run(LOWER_HEX, 64)),
        "sk-or-v1- and 64 hexadecimal digits.",
        "OpenRouter, API keys");
    add(
        Token.of("NVIDIA_KEY", of("nvapi-").run(BASE64URL, 60, 70)),
        "nvapi- and 64 signs.",
        "NVIDIA, API catalog");
    add(Token.of("LANGFUSE_KEY", uuid("sk-lf-")), "sk-lf- and a UUID.", "Langfuse, API keys");
    add(
        Token.of("HUGGINGFACE_TOKEN", of("hf_").run(ALNUM, 34, 40), of("api_org_").run(ALNUM, 34)),
        "hf_ or api_org_ and 34 letters.",
        "Hugging Face Hub, user access tokens");
    add(
        Token.of("GROQ_KEY", of("gsk_").run(ALNUM, 52)),
        "gsk_ and 52 letters and digits.",
        "Groq, API keys");
    add(
        Token.of("REPLICATE_TOKEN", of("r8_").run(ALNUM, 37)),
        "r8_ and 37 letters and digits.",
        "Replicate, API tokens");
    add(
        Token.of("PERPLEXITY_KEY", of("pplx-").run(ALNUM, 40, 60)),
        "pplx- and 48 letters and digits.",
        "Perplexity, API keys");
    add(
        Token.of("XAI_KEY", of("xai-").run(ALNUM, 70, 90)),
        "xai- and 80 letters and digits.",
        "xAI, API keys");
    add(
        Token.of(
            "LANGSMITH_KEY",
            of("lsv2_pt_").run(LOWER_HEX, 32).then("_").run(LOWER_HEX, 10),
            of("lsv2_sk_").run(LOWER_HEX, 32).then("_").run(LOWER_HEX, 10)),
        "lsv2_pt_ or lsv2_sk_, 32 hexadecimal digits, _ and 10.",
        "LangSmith, API keys");
    add(
        Token.of("PINECONE_KEY", of("pcsk_").run(WORD, 60, 90)),
        "pcsk_ and 60 to 90 signs.",
        "Pinecone, API keys");
    add(
        new Token("MODEL_KEY", List.of(), List.of())
            .assigned("cohere", ALNUM, 40, 40)
            .assigned("mistral", ALNUM, 32, 32)
            .assigned("deepseek", BASE64URL, 32, 40)
            .assigned("together_api", LOWER_HEX, 64, 64),
        "A key of its length assigned to a name with cohere, mistral, deepseek or together_api in it.",
        "The providers' documentation of API keys");
  }

  private void platforms() {
    add(
        Token.of(
            "DATABRICKS_TOKEN",
            of("dapi").run(LOWER_HEX, 32),
            of("dapi").run(LOWER_HEX, 32).then("-").run(DIGIT, 1)),
        "dapi and 32 hexadecimal digits, perhaps - and a digit.",
        "Databricks, personal access tokens");
    add(
        Token.of("LAUNCHDARKLY_KEY", uuid("sdk-"), uuid("api-"), uuid("rel-")),
        "sdk-, api- or rel- and a UUID.",
        "LaunchDarkly, keys");
    add(
        new Token("FASTLY_TOKEN", List.of(), List.of()).assigned("fastly", BASE64URL, 32, 32),
        "32 signs assigned to a name with fastly in it.",
        "Fastly, API tokens");
    add(
        new Token("ALGOLIA_KEY", List.of(), List.of()).assigned("algolia", LOWER_HEX, 32, 32),
        "32 hexadecimal digits assigned to a name with algolia in it.",
        "Algolia, API keys");
    add(
        Token.of(
            "SUPABASE_KEY", of("sbp_").run(LOWER_HEX, 40), of("sb_secret_").run(BASE64URL, 30, 50)),
        "sbp_ and 40 hexadecimal digits; sb_secret_ and a key.",
        "Supabase, API keys");
    add(
        Token.of(
            "PLANETSCALE_TOKEN",
            of("pscale_tkn_").run(DOTTED, 32, 64),
            of("pscale_pw_").run(DOTTED, 32, 64),
            of("pscale_oauth_").run(DOTTED, 32, 64)),
        "pscale_tkn_, pscale_pw_ or pscale_oauth_ and 32 to 64 signs.",
        "PlanetScale, service tokens and passwords");
    add(
        Token.of(
            "DOPPLER_TOKEN",
            of("dp.pt.").run(ALNUM, 40, 44),
            of("dp.st.").run(DOTTED, 40, 60),
            of("dp.ct.").run(ALNUM, 40, 44),
            of("dp.sa.").run(ALNUM, 40, 44)),
        "dp., a kind, and 40 to 44 letters and digits.",
        "Doppler, auth token formats");
    add(
        Token.of("ONEPASSWORD_TOKEN", of("ops_eyJ").run(BASE64, 200, 2000)),
        "ops_eyJ and a service account's token.",
        "1Password Developer, service accounts");
    add(
        Token.of("DROPBOX_TOKEN", of("sl.").run(BASE64URL, 130, 1400)),
        "sl. and at least 130 signs.",
        "Dropbox, OAuth guide");
    add(
        new Token("OKTA_TOKEN", List.of(), List.of()).assigned("okta", BASE64URL, 42, 42),
        "42 signs assigned to a name with okta in it.",
        "Okta Developer, API tokens");
    add(
        Token.of(
            "MAPBOX_TOKEN", of("sk.eyJ").run(BASE64URL, 40, 200).then(".").run(BASE64URL, 20, 30)),
        "sk. and a secret token of two parts.",
        "Mapbox, access tokens");
    add(
        Token.of("AGE_KEY", of("AGE-SECRET-KEY-1").run(UPPER_ALNUM, 58)),
        "AGE-SECRET-KEY-1 and 58 signs of bech32.",
        "C2SP, age");
    add(
        Token.of(
            "TOTP_SEED",
            of("otpauth://totp/")
                .run(CharSet.of("0-9A-Za-z%:@._+-"), 1, 150)
                .then("?secret=")
                .run(CharSet.of("2-7A-Za-z"), 16, 128)),
        "The address that sets up one-time passwords, with its seed.",
        "Google Authenticator, key URI format");
  }

  private void monitoring() {
    add(
        Token.of("DATADOG_KEY", of("ddapp_").run(ALNUM, 34))
            .assigned("datadog", LOWER_HEX, 32, 40)
            .assigned("dd_api", LOWER_HEX, 32, 32)
            .assigned("dd-api", LOWER_HEX, 32, 32)
            .assigned("dd_app", LOWER_HEX, 40, 40),
        "32 or 40 hexadecimal digits assigned to a name with datadog, dd_api or dd_app in it.",
        "Datadog, API and application keys");
    add(
        Token.of(
            "GRAFANA_TOKEN",
            of("glsa_").run(ALNUM, 32).then("_").run(HEX, 8),
            of("glc_").run(BASE64, 40, 400),
            of("eyJrIjoi").run(BASE64, 70, 400)),
        "glsa_, 32 signs, _ and 8 hexadecimal digits; glc_ and base64; the JSON of older keys.",
        "Grafana, service account tokens");
    add(
        Token.of(
            "NEWRELIC_KEY",
            of("NRAK-").run(UPPER_ALNUM, 27),
            of("NRII-").run(BASE64URL, 32),
            of("NRJS-").run(LOWER_HEX, 19),
            of("NRRA-").run(LOWER_HEX, 42)),
        "NRAK-, NRII-, NRJS- or NRRA- and a key.",
        "New Relic, API keys");
    add(
        Token.of(
            "SENTRY_TOKEN",
            of("sntrys_").run(CharSet.of("0-9A-Za-z+/=_"), 60, 400),
            of("sntryu_").run(LOWER_HEX, 64)),
        "sntrys_ and an organisation's token, sntryu_ and 64 hexadecimal digits.",
        "Sentry, auth tokens");
    add(
        Token.of(
            "DYNATRACE_TOKEN", of("dt0c01.").run(UPPER_ALNUM, 24).then(".").run(UPPER_ALNUM, 64)),
        "dt0c01., 24 signs, a dot and 64 signs.",
        "Dynatrace, access tokens");
    add(
        Token.of("POSTMAN_KEY", of("PMAK-").run(LOWER_HEX, 24).then("-").run(LOWER_HEX, 34)),
        "PMAK-, 24 hexadecimal digits, - and 34.",
        "Postman, API keys");
    add(
        Token.of("POSTHOG_KEY", of("phx_").run(WORD, 40, 60)),
        "phx_ and 43 signs.",
        "PostHog, personal API keys");
    add(
        Token.of("README_KEY", of("rdme_").run(LOWER_ALNUM, 70)),
        "rdme_ and 70 small letters and digits.",
        "ReadMe, API keys");
  }

  private void work() {
    add(
        Token.of("NOTION_TOKEN", of("secret_").run(ALNUM, 43), of("ntn_").run(ALNUM, 46)),
        "ntn_ and 46 letters and digits, or secret_ and 43.",
        "Notion API, authorization");
    add(
        Token.of("TRELLO_TOKEN", of("ATTA").run(HEX, 72)).assigned("trello", HEX, 32, 72),
        "ATTA and 72 hexadecimal digits; a key assigned to a name with trello in it.",
        "Atlassian Trello, REST API authorization");
    add(
        Token.of("LINEAR_KEY", of("lin_api_").run(ALNUM, 40), of("lin_oauth_").run(LOWER_HEX, 64)),
        "lin_api_ and 40 letters and digits, lin_oauth_ and 64.",
        "Linear, API authentication");
    add(
        Token.of("ATLASSIAN_TOKEN", of("ATATT3").run(BASE64URL_PADDED, 150, 250))
            .assigned("atlassian", ALNUM, 24, 24)
            .assigned("jira_api", ALNUM, 24, 24)
            .assigned("confluence_api", ALNUM, 24, 24),
        "ATATT3 and about 186 signs; 24 signs assigned to a name of a product.",
        "Atlassian Support, API tokens");
    add(
        Token.of("AIRTABLE_TOKEN", of("pat").run(ALNUM, 14).then(".").run(LOWER_HEX, 64))
            .assigned("airtable", ALNUM, 17, 17),
        "pat, 14 signs, a dot and 64 hexadecimal digits.",
        "Airtable, personal access tokens");
    add(
        Token.of("FIGMA_TOKEN", of("figd_").run(BASE64URL, 38, 45)),
        "figd_ and about 40 signs.",
        "Figma, personal access tokens");
    add(
        Token.of("TYPEFORM_TOKEN", of("tfp_").run(DOTTED, 40, 60)),
        "tfp_ and 40 to 60 signs.",
        "Typeform, personal access tokens");
    add(
        Token.of("CONTENTFUL_TOKEN", of("CFPAT-").run(BASE64URL, 43)),
        "CFPAT- and 43 signs.",
        "Contentful, personal access tokens");
    add(
        Token.of("HUBSPOT_TOKEN", of("pat-na1-").run(UUID, 36), of("pat-eu1-").run(UUID, 36))
            .assigned("hubspot", UUID, 36, 36),
        "pat-na1- or pat-eu1- and a UUID; a UUID assigned to a name with hubspot in it.",
        "HubSpot, private apps");
    add(
        new Token("ASANA_TOKEN", List.of(), List.of())
            .assigned("asana", CharSet.of("0-9a-z/:"), 32, 60),
        "32 to 60 signs assigned to a name with asana in it.",
        "Asana, personal access tokens");
    add(
        Token.of("SCALINGO_TOKEN", of("tk-us-").run(BASE64URL, 48)),
        "tk-us- and 48 signs.",
        "Scalingo, API tokens");
    add(
        Token.of("PREFECT_KEY", of("pnu_").run(ALNUM, 36)),
        "pnu_ and 36 letters and digits.",
        "Prefect, API keys");
    add(
        Token.of("INFRACOST_KEY", of("ico-").run(ALNUM, 32)),
        "ico- and 32 letters and digits.",
        "Infracost, API keys");
    add(
        Token.of("FRAMEIO_TOKEN", of("fio-u-").run(BASE64URL_PADDED, 64)),
        "fio-u- and 64 signs.",
        "Frame.io, developer tokens");
    add(
        Token.of(
            "DUFFEL_TOKEN",
            of("duffel_live_").run(BASE64URL_PADDED, 43),
            of("duffel_test_").run(BASE64URL_PADDED, 43)),
        "duffel_live_ or duffel_test_ and 43 signs.",
        "Duffel, access tokens");
  }

  /** Providers whose tokens are told by the name that they are assigned to. */
  private void named() {
    add(
        named("INTERCOM_TOKEN").assigned("intercom", BASE64URL_PADDED, 60, 60),
        "60 signs assigned to a name with intercom in it.",
        "Intercom, access tokens; gitleaks rules");
    add(
        named("ZENDESK_TOKEN").assigned("zendesk", ALNUM, 40, 40),
        "40 letters and digits assigned to a name with zendesk in it.",
        "Zendesk, API tokens; gitleaks rules");
    add(
        named("TWITCH_TOKEN").assigned("twitch", ALNUM, 30, 30),
        "30 letters and digits assigned to a name with twitch in it.",
        "Twitch, access tokens; gitleaks rules");
    add(
        named("CONFLUENT_KEY").assigned("confluent", BASE64, 64, 64),
        "64 signs of base64 assigned to a name with confluent in it.",
        "Confluent Cloud, API keys; gitleaks rules");
    add(
        named("COINBASE_KEY").assigned("coinbase", BASE64URL, 64, 64),
        "64 signs assigned to a name with coinbase in it.",
        "Coinbase Developer Platform, API keys; gitleaks rules");
    add(
        named("VERCEL_TOKEN").assigned("vercel", ALNUM, 24, 24),
        "24 letters and digits assigned to a name with vercel in it.",
        "Vercel, access tokens");
    add(
        named("RESEND_KEY").assigned("resend", WORD, 30, 40),
        "30 to 40 signs assigned to a name with resend in it.",
        "Resend, API keys");
    add(
        named("CODECOV_TOKEN").assigned("codecov", UUID, 36, 36).assigned("codecov", ALNUM, 32, 32),
        "A UUID or 32 letters and digits assigned to a name with codecov in it.",
        "Codecov, tokens; gitleaks rules");
    add(
        Token.of(
                "YANDEX_KEY",
                of("AQVN").run(BASE64URL, 35, 38),
                of("t1.").run(BASE64URL_PADDED, 20, 400).then(".").run(BASE64URL_PADDED, 86, 88))
            .assigned("yandex", BASE64URL, 40, 40),
        "AQVN and 35 to 38 signs; t1., a token and 86 signs; 40 signs assigned to a name with yandex"
            + " in it.",
        "Yandex Cloud, API keys, IAM tokens and static keys; gitleaks rules");
  }

  private static Token named(String name) {
    return new Token(name, List.of(), List.of());
  }
}

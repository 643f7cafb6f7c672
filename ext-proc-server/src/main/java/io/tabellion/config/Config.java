package io.tabellion.config;

import io.tabellion.yaml.Binder;
import io.tabellion.yaml.DataSize;
import io.tabellion.yaml.Default;
import io.tabellion.yaml.Durations;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the server: what {@code tabellion.yaml} says, one key for one component.
 * Read once at start; every key needs a restart, only the policy files that it names are reloaded.
 * Paths are relative to the file.
 *
 * @param extProc where Envoy's ext_proc streams arrive, and who may send them
 * @param api the audit API over gRPC
 * @param http metrics and health over HTTP
 * @param log the audit log
 * @param policy the policy file; reloaded when it changes
 * @param policyCandidate a policy file that judges the same messages without effect; reloaded too
 * @param pins how definitions of tools become accepted
 * @param masking keys and tools of masking; what is masked says the policy
 * @param approvals how calls wait for people; who may decide says the policy
 * @param notifications who is told of them
 * @param console the web console, beside metrics and health
 * @param limits on sizes and times
 * @param listeners how callers are identified, per Envoy listener; at least one
 * @param servers MCP servers that are treated in a way of their own
 * @param logs what lines about the server itself look like
 * @param telemetry traces of calls, for a collector
 */
public record Config(
    ExtProc extProc,
    Api api,
    @Default("") Http http,
    Log log,
    Path policy,
    @Nullable Path policyCandidate,
    @Default("") Pins pins,
    @Default("") Masking masking,
    @Default("") Approvals approvals,
    @Default("") Notifications notifications,
    @Default("") Console console,
    @Default("") Limits limits,
    List<Listener> listeners,
    @Default("") List<Server> servers,
    @Default("") Logs logs,
    @Default("") Telemetry telemetry) {

  public Config {
    listeners = List.copyOf(listeners);
    servers = List.copyOf(servers);
    unique("servers", servers.stream().map(Server::name).toList());
    notEmpty("listeners", listeners);
    unique("listeners", listeners.stream().map(Listener::name).toList());
    for (Server server : servers) {
      checkPlaces(server, listeners);
    }
    boolean named =
        listeners.stream().anyMatch(listener -> !listener.proxies().isEmpty())
            || servers.stream().anyMatch(server -> !server.proxies().isEmpty());
    if (named && extProc.tls() == null && extProc.peers() == Peers.NONE) {
      throw new IllegalArgumentException(
          "proxies: nobody says who they are (expected: ext-proc.peers: xfcc, or ext-proc.tls)");
    }
    if (approvals.elicitation() && console.publicUrl() == null) {
      throw new IllegalArgumentException(
          "approvals.elicitation: true (expected: only with console.public-url, so that there is a"
              + " page to show)");
    }
    if (log.segmentSize().bytes() < 3 * limits.largestAppend()) {
      throw new IllegalArgumentException(
          "log.segment-size: "
              + log.segmentSize()
              + " (expected: at least "
              + new DataSize(3 * limits.largestAppend())
              + ", for limits as large as these)");
    }
  }

  /**
   * Reads the file.
   *
   * @throws YamlException with everything that is wrong in it, by line and column
   */
  public static Config load(Path file) {
    return new Binder(file)
        .text(DataSize.class, DataSize::parse)
        .text(Duration.class, Durations::parse)
        .text(Instant.class, Config::instant)
        .text(URI.class, Config::url)
        .text(Address.class, text -> Address.parse(text, file))
        .bind(Config.class, YamlReader.read(file, YamlReader.bytes(file)));
  }

  /**
   * Where Envoy's ext_proc streams arrive. Who may open one can write entries, so it takes TLS with
   * names, or a Unix socket, or the explicit {@code insecure-loopback} or {@code mesh}.
   *
   * @param address {@code HOST:PORT} or {@code unix:PATH} (made with mode 0600)
   * @param socketGroup group whose members may connect to the Unix socket too (mode 0660)
   * @param insecureLoopback true lets every process of this machine in: loopback address without
   *     TLS
   * @param mesh true declares that the port is reached only through a service mesh, which
   *     authenticates and encrypts: any TCP address without TLS
   * @param peers how the proxy that opened a stream is known in a mesh
   * @param tls certificates, and whose client certificates are let in
   */
  public record ExtProc(
      @Default("127.0.0.1:9001") Address address,
      @Nullable String socketGroup,
      @Default("false") boolean insecureLoopback,
      @Default("false") boolean mesh,
      @Default("none") Peers peers,
      @Nullable Tls tls) {

    public ExtProc {
      if (socketGroup != null && !(address instanceof Address.Unix)) {
        throw new IllegalArgumentException(
            "socket-group: " + socketGroup + " (expected: only with a unix: address)");
      }
      closed("ext-proc", address, insecureLoopback, mesh, tls != null);
      if (peers != Peers.NONE && !mesh) {
        throw new IllegalArgumentException(
            "peers: xfcc (expected: only with mesh: true, behind this pod's own sidecar)");
      }
      if (tls != null && (tls.clientCa() == null || tls.allowedClients().isEmpty())) {
        throw new IllegalArgumentException(
            "tls: anyone may connect (expected: client-ca and allowed-clients)");
      }
    }
  }

  /** How the proxy that opened a stream is known in a mesh. */
  public enum Peers {
    /** It is not: entries say {@code mesh}. */
    NONE,
    /** By the last element of x-forwarded-client-cert, which this pod's own sidecar writes. */
    XFCC
  }

  /**
   * A server's TLS. Files are PEM, read at start.
   *
   * @param certificate chain of the server
   * @param key private key of the server, PKCS #8
   * @param clientCa the authorities that client certificates must come from; without it, none is
   *     asked for
   * @param allowedClients names that a client certificate may have: URI or DNS names, else the
   *     common name; exact
   */
  public record Tls(
      Path certificate,
      Path key,
      @Nullable Path clientCa,
      @Default("") List<String> allowedClients) {

    public Tls {
      allowedClients = List.copyOf(allowedClients);
    }
  }

  /**
   * The audit API.
   *
   * @param address {@code HOST:PORT} or {@code unix:PATH}
   * @param insecureLoopback true sends tokens in clear: loopback address without TLS
   * @param mesh true declares that the port is reached only through a service mesh, which
   *     authenticates and encrypts: any TCP address without TLS
   * @param tls certificates; with {@code client-ca}, clients may authenticate by certificate
   * @param clients names in client certificates and their roles
   * @param tokens bearer tokens and their roles
   * @param oidc issuers whose tokens are let in, and the roles of their groups
   */
  public record Api(
      @Default("127.0.0.1:9002") Address address,
      @Default("false") boolean insecureLoopback,
      @Default("false") boolean mesh,
      @Nullable Tls tls,
      @Default("") List<Client> clients,
      @Default("") List<Token> tokens,
      @Default("") List<Oidc> oidc) {

    public Api {
      oidc = List.copyOf(oidc);
      unique("oidc", oidc.stream().map(Oidc::issuer).toList());
      clients = List.copyOf(clients);
      tokens = List.copyOf(tokens);
      closed("api", address, insecureLoopback, mesh, tls != null);
      unique("tokens", tokens.stream().map(Token::name).toList());
      unique("clients", clients.stream().map(Client::name).toList());
      if (!clients.isEmpty() && (tls == null || tls.clientCa() == null)) {
        throw new IllegalArgumentException("clients: cannot be known (expected: tls.client-ca)");
      }
    }
  }

  /** What a user of the audit API may do. */
  public enum Role {
    /** Read entries and their content. */
    AUDITOR,
    /** See calls that wait for people and decide about them, where the policy says so. */
    APPROVER,
    /** What an auditor may, and stop callers, servers and tools. */
    RESPONDER,
    /** What they all may, and operate the log. */
    ADMIN
  }

  /**
   * A user known by certificate.
   *
   * @param name URI or DNS name in the certificate, else the common name; exact
   * @param role auditor, approver, responder or admin
   * @param groups whose member they are, for conditions on approvers
   */
  public record Client(String name, Role role, @Default("") List<String> groups) {
    public Client {
      groups = List.copyOf(groups);
    }
  }

  /**
   * A user known by bearer token.
   *
   * @param name who it is; entries about reads and decisions name it. Where it is also the subject
   *     of a caller, it is the same person
   * @param role auditor, approver, responder or admin
   * @param file holds the token, at least 32 characters, nothing else; mode 0600
   * @param expires from when on it is refused, RFC 3339
   * @param groups whose member they are, for conditions on approvers
   */
  public record Token(
      String name, Role role, Path file, Instant expires, @Default("") List<String> groups) {
    public Token {
      groups = List.copyOf(groups);
    }
  }

  /**
   * An OpenID Connect issuer whose tokens are let in.
   *
   * @param issuer the {@code iss} of its tokens, exact; https, or http on a loopback address
   * @param audiences of which a token must have one in its {@code aud}, exact; at least one
   * @param jwksUri where its public keys are; without it and {@code jwks-file}, its metadata say
   * @param jwksFile file with its public keys (a JWK set)
   * @param ca authorities of its certificate, PEM; without it, those of the JVM
   * @param subjectClaim claim that names a person; {@code email} counts only if {@code
   *     email_verified} is true
   * @param groupsClaim claim that lists a person's groups: its name, or from a slash on a JSON
   *     pointer to it
   * @param roles which groups have which role
   */
  public record Oidc(
      String issuer,
      List<String> audiences,
      @Nullable String jwksUri,
      @Nullable Path jwksFile,
      @Nullable Path ca,
      @Default("sub") String subjectClaim,
      @Default("groups") String groupsClaim,
      Roles roles) {

    public Oidc {
      audiences = List.copyOf(audiences);
      notEmpty("audiences", audiences);
      if (jwksUri != null && jwksFile != null) {
        throw new IllegalArgumentException("jwks-uri: beside jwks-file (expected: one of them)");
      }
    }
  }

  /**
   * Groups that have a role; a person has each role of which they are in a group.
   *
   * @param auditor groups of auditors
   * @param approver groups of approvers
   * @param responder groups of responders
   * @param admin groups of admins
   */
  public record Roles(
      @Default("") List<String> auditor,
      @Default("") List<String> approver,
      @Default("") List<String> responder,
      @Default("") List<String> admin) {

    public Roles {
      auditor = List.copyOf(auditor);
      approver = List.copyOf(approver);
      responder = List.copyOf(responder);
      admin = List.copyOf(admin);
      if (auditor.isEmpty() && approver.isEmpty() && responder.isEmpty() && admin.isEmpty()) {
        throw new IllegalArgumentException(
            "no group (expected: groups of auditor, approver, responder or admin)");
      }
    }
  }

  /**
   * Metrics and health over HTTP. Nothing of the log's content is served here.
   *
   * @param address {@code HOST:PORT}
   */
  public record Http(@Default("127.0.0.1:9003") Address address) {
    public Http {
      if (!(address instanceof Address.Tcp)) {
        throw new IllegalArgumentException("address: " + address + " (expected: HOST:PORT)");
      }
    }
  }

  /**
   * The audit log.
   *
   * @param directory of the log; made if it does not exist, of one process at a time
   * @param origin name of the log in its entries and checkpoints, never changed later: a host and
   *     path of yours, without scheme (C2SP tlog-checkpoint)
   * @param writer name of this process in its entries
   * @param segmentSize bytes of one segment file, at least three times the largest of the limits
   *     and 4 MiB
   * @param heartbeat how often an entry says that the log is alive, at most 60 s
   * @param budget what one caller and one server may have written
   */
  public record Log(
      Path directory,
      String origin,
      @Default("gateway") String writer,
      @Default("64MiB") DataSize segmentSize,
      @Default("30s") Duration heartbeat,
      @Nullable Path disclosureKey,
      @Default("") Budget budget) {

    public Log {
      if (!origin.matches("[A-Za-z0-9._~/-]{1,128}")) {
        throw new IllegalArgumentException(
            "origin: " + origin + " (expected: a host and path such as example.com/tabellion)");
      }
      if (!writer.matches("[A-Za-z0-9._-]{1,63}")) {
        throw new IllegalArgumentException(
            "writer: " + writer + " (expected: 1 to 63 letters, digits, dots, dashes)");
      }
      between("segment-size", segmentSize, "1MiB", "1GiB");
      positive("heartbeat", heartbeat);
      if (heartbeat.compareTo(Duration.ofSeconds(60)) > 0) {
        throw new IllegalArgumentException("heartbeat: too long (expected: at most 60s)");
      }
    }
  }

  /**
   * What one caller and one server may have written in a minute; who is over it is refused until
   * the minute is over.
   *
   * @param callerCalls calls of one caller
   * @param callerBytes content of one caller
   * @param serverCalls calls to one MCP server
   * @param serverBytes content of one MCP server
   */
  public record Budget(
      @Default("100000") int callerCalls,
      @Default("32GiB") DataSize callerBytes,
      @Default("1000000") int serverCalls,
      @Default("256GiB") DataSize serverBytes) {

    public Budget {
      atLeastOne("caller-calls", callerCalls);
      atLeastOne("server-calls", serverCalls);
      between("caller-bytes", callerBytes, "1MiB", "1024GiB");
      between("server-bytes", serverBytes, "1MiB", "1024GiB");
    }
  }

  /**
   * Definitions of tools.
   *
   * @param firstSight what becomes of a tool that was never seen
   * @param file YAML with definitions that are accepted beforehand, as {@code ./tabellion pins list
   *     --as-file} writes it; read at start
   */
  public record Pins(@Default("accept") FirstSight firstSight, @Nullable Path file) {}

  /** What becomes of a tool that was never seen. */
  public enum FirstSight {
    /** It is accepted as it is. */
    ACCEPT,
    /** It waits for an operator. */
    QUARANTINE
  }

  /**
   * An MCP server.
   *
   * @param name of its route, exact
   * @param pins definitions of its tools
   * @param hold how long a call to it waits for a decision before its client is told to come again;
   *     that of {@code approvals} if it is not there
   * @param places listeners that each of its requests passes one after another, such as a gateway's
   *     and a sidecar's: it is one call, judged at the first
   * @param proxies who may open streams for it, as those of a listener
   */
  public record Server(
      String name,
      @Default("") ServerPins pins,
      @Nullable Duration hold,
      @Default("") List<String> places,
      @Default("") List<String> proxies) {
    public Server {
      places = List.copyOf(places);
      proxies = List.copyOf(proxies);
      checkProxies(proxies);
      unique("places", places);
      if (places.size() == 1) {
        throw new IllegalArgumentException(
            "places: " + places.getFirst() + " alone (expected: none, or two and more)");
      }
      if (hold != null) {
        checkHold(hold);
      }
    }
  }

  /**
   * Definitions of one server's tools.
   *
   * @param scope for whom a definition is accepted
   * @param onChange what becomes of a tool whose definition is not the accepted one
   */
  public record ServerPins(
      @Default("server") Scope scope, @Default("quarantine") OnChange onChange) {}

  /** For whom a definition is accepted. */
  public enum Scope {
    /** All callers of the server. */
    SERVER,
    /** Each caller for itself: the server shows its tools differently by caller. */
    CALLER
  }

  /** What becomes of a tool whose definition is not the accepted one. */
  public enum OnChange {
    /** It is hidden and its calls are refused. */
    QUARANTINE,
    /** It is shown as it is now; the change is entered, counted and logged. */
    ALERT
  }

  /**
   * Masking.
   *
   * @param tenant whose pseudonyms they are
   * @param epoch of pseudonyms and tokens; the next one has nothing in common with it
   * @param restore calls that get values in the place of tokens
   */
  public record Masking(
      @Default("default") String tenant,
      @Default("1") int epoch,
      @Default("") List<Restore> restore) {

    public Masking {
      restore = List.copyOf(restore);
      if (!tenant.matches("[A-Za-z0-9._-]{1,63}")) {
        throw new IllegalArgumentException(
            "tenant: " + tenant + " (expected: 1 to 63 letters, digits, dots, dashes)");
      }
      if (epoch < 1) {
        throw new IllegalArgumentException("epoch: " + epoch + " (expected: at least 1)");
      }
      unique("restore", restore.stream().map(Restore::server).toList());
    }
  }

  /**
   * Tools of one MCP server whose calls get values in the place of tokens.
   *
   * @param server its name
   * @param tools their names, exact
   * @param boundTo whose tokens are turned back
   */
  public record Restore(String server, List<String> tools, @Default("caller") BoundTo boundTo) {
    public Restore {
      tools = List.copyOf(tools);
      notEmpty("tools", tools);
    }
  }

  /** Whose tokens a tool gets turned back. */
  public enum BoundTo {
    /** Those that were shown to the same principal. */
    CALLER,
    /** Those that were shown to anybody. */
    TENANT
  }

  private static void checkHold(Duration hold) {
    if (hold.isNegative() || hold.compareTo(Duration.ofMinutes(50)) > 0) {
      throw new IllegalArgumentException("hold: out of range (expected: 0s to 50m)");
    }
  }

  /**
   * How calls wait for people.
   *
   * @param hold how long a call waits for a decision before its client is told to come again; less
   *     than clients wait (some give up after 20 s)
   * @param grant how long an approval can be used
   * @param mostPending calls of one caller that may wait for a decision at one time
   * @param mostDenied calls of one caller that may be denied within 10 minutes, before no more are
   *     put to people for so long
   * @param elicitation true has clients that can show their user the page of a call that waits;
   *     needs {@code console.public-url}
   */
  public record Approvals(
      @Default("15s") Duration hold,
      @Default("15m") Duration grant,
      @Default("20") int mostPending,
      @Default("3") int mostDenied,
      @Default("false") boolean elicitation) {

    public Approvals {
      checkHold(hold);
      positive("grant", grant);
      if (grant.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException("grant: too long (expected: at most 1d)");
      }
      atLeastOne("most-pending", mostPending);
      atLeastOne("most-denied", mostDenied);
    }
  }

  /**
   * Who is told of calls that wait for people.
   *
   * @param webhooks that are told
   * @param slack decisions by button in Slack; without it there are none
   */
  public record Notifications(@Default("") List<Webhook> webhooks, @Nullable Slack slack) {
    public Notifications {
      webhooks = List.copyOf(webhooks);
      unique("webhooks", webhooks.stream().map(Webhook::name).toList());
    }
  }

  /**
   * Somebody who is told by HTTP POST.
   *
   * @param name in rules ({@code approval.notify}), metrics and log lines
   * @param url https, or http to a loopback address; this or {@code url-file}
   * @param urlFile holds the address where that is secret; mode 0600
   * @param format of the bodies
   * @param secretFile keys that sign, one a line; needed for {@code standard}
   * @param states that are told; empty for {@code pending} and what ends it
   * @param servers whose calls are told; empty for all
   * @param rules that ask; empty for all
   * @param include what bodies have beside names, times and digests
   */
  public record Webhook(
      String name,
      @Nullable String url,
      @Nullable Path urlFile,
      @Default("standard") Format format,
      @Nullable Path secretFile,
      @Default("") List<Told> states,
      @Default("") List<String> servers,
      @Default("") List<String> rules,
      @Default("") List<Include> include) {

    public Webhook {
      states = List.copyOf(states);
      servers = List.copyOf(servers);
      rules = List.copyOf(rules);
      include = List.copyOf(include);
      if (!name.matches("[a-z0-9][a-z0-9-]{0,39}")) {
        throw new IllegalArgumentException(
            "name: " + name + " (expected: 1 to 40 of a to z, 0 to 9 and dashes)");
      }
      if ((url == null) == (urlFile == null)) {
        throw new IllegalArgumentException(
            "url: %s (expected: either url or url-file)".formatted(url == null ? "none" : "two"));
      }
      if (format == Format.STANDARD && secretFile == null) {
        throw new IllegalArgumentException(
            "secret-file: none (expected: a file with keys, for format: standard)");
      }
      if (format == Format.TEAMS && !include.isEmpty()) {
        throw new IllegalArgumentException(
            "include: arguments (expected: not with format: teams, whose cards only link)");
      }
    }
  }

  /** What bodies look like. */
  public enum Format {
    /** Standard Webhooks. */
    STANDARD,
    /** Block Kit. */
    SLACK,
    /** Adaptive Cards. */
    TEAMS
  }

  /** What bodies may have beside names, times and digests. */
  public enum Include {
    /** The call, masked as in the audit log. */
    ARGUMENTS
  }

  /** What happens to requests for approval. */
  public enum Told {
    PENDING,
    ESCALATED,
    APPROVED,
    BREAK_GLASS,
    CONSUMED,
    COMPLETED,
    FAILED_UPSTREAM,
    OUTCOME_UNKNOWN,
    DENIED,
    EXPIRED,
    CANCELLED,
    REVOKED,
    SUPERSEDED
  }

  /**
   * Decisions by button in Slack.
   *
   * @param signingSecretFile holds the app's signing secret; mode 0600
   * @param teams ids of the workspaces whose people may decide; at least one
   * @param users who they are here; at least one
   */
  public record Slack(Path signingSecretFile, List<String> teams, List<SlackUser> users) {
    public Slack {
      teams = List.copyOf(teams);
      users = List.copyOf(users);
      notEmpty("teams", teams);
      notEmpty("users", users);
      unique("users", users.stream().map(SlackUser::id).toList());
      for (String team : teams) {
        slackId("teams", team, "T");
      }
    }
  }

  /**
   * A person who decides in Slack.
   *
   * @param id of the Slack user
   * @param name who it is: the name that the person has elsewhere in this file, and as a caller
   * @param groups whose member they are, for conditions on approvers
   */
  public record SlackUser(String id, String name, @Default("") List<String> groups) {
    public SlackUser {
      groups = List.copyOf(groups);
      slackId("id", id, "UW");
    }
  }

  private static void slackId(String key, String id, String first) {
    if (!id.matches("[" + first + "][A-Z0-9]{2,30}")) {
      throw new IllegalArgumentException(
          "%s: %s (expected: an id of Slack such as %s012AB3CD)"
              .formatted(key, id, first.charAt(0)));
    }
  }

  /**
   * The web console, at {@code http.address}. People sign in to it; without a public URL it answers
   * browsers of this machine only.
   *
   * @param publicUrl its address in browsers, which a proxy that speaks https serves: {@code
   *     https://HOST} or {@code https://HOST:PORT}
   * @param oidc where people sign in with their browsers; needs {@code public-url}
   */
  public record Console(@Nullable URI publicUrl, @Nullable ConsoleOidc oidc) {
    public Console {
      if (oidc != null && publicUrl == null) {
        throw new IllegalArgumentException(
            "oidc: without public-url (expected: with it, so that the identity provider can send"
                + " browsers back)");
      }
      if (publicUrl != null && !isAddress(publicUrl)) {
        throw new IllegalArgumentException(
            "public-url: " + publicUrl + " (expected: https://HOST or https://HOST:PORT)");
      }
    }

    private static boolean isAddress(URI url) {
      return "https".equals(url.getScheme())
          && url.getHost() != null
          && url.getUserInfo() == null
          && (url.getRawPath().isEmpty() || url.getRawPath().equals("/"))
          && url.getRawQuery() == null
          && url.getRawFragment() == null;
    }
  }

  /**
   * An identity provider where people sign in to the console. It sends browsers back to {@code
   * /console/oidc/callback} at {@code public-url}.
   *
   * @param issuer one of {@code api.oidc}, whose claims and roles count here too
   * @param clientId that it gave the console
   * @param clientSecretFile holds the client's secret, mode 0600; without it, the client is public
   * @param scopes that are asked for; empty: openid, profile and email
   */
  public record ConsoleOidc(
      String issuer,
      String clientId,
      @Nullable Path clientSecretFile,
      @Default("") List<String> scopes) {

    public ConsoleOidc {
      scopes = scopes.isEmpty() ? List.of("openid", "profile", "email") : List.copyOf(scopes);
      if (!scopes.contains("openid")) {
        throw new IllegalArgumentException("scopes: without openid (expected: with it)");
      }
    }
  }

  /**
   * Limits.
   *
   * @param request bytes of a request body
   * @param answer bytes of an answer that is not an event stream
   * @param event bytes of one event of a stream
   * @param held bytes of all bodies that are held at one time
   * @param depth levels of objects and arrays in one JSON document
   * @param values values in one JSON document
   * @param uploadTime how long a client may take to send its body
   * @param drain how long exchanges may go on after SIGTERM
   */
  public record Limits(
      @Default("4MiB") DataSize request,
      @Default("16MiB") DataSize answer,
      @Default("16MiB") DataSize event,
      @Default("512MiB") DataSize held,
      @Default("256") int depth,
      @Default("1000000") int values,
      @Default("30s") Duration uploadTime,
      @Default("20s") Duration drain) {

    public Limits {
      between("request", request, "1KiB", "64MiB");
      between("answer", answer, "1KiB", "64MiB");
      between("event", event, "1KiB", "64MiB");
      between("held", held, "1MiB", "64GiB");
      between("depth", depth, 16, 512);
      between("values", values, 1_000, 20_000_000);
      positive("upload-time", uploadTime);
    }

    /** The most bytes that the log gets at once: the largest content, leaves, commitments. */
    public long largestAppend() {
      long largest = Math.max(request.bytes(), Math.max(answer.bytes(), event.bytes()));
      return largest + DataSize.parse("4MiB").bytes();
    }
  }

  /**
   * The lines that the server writes about itself, to standard error.
   *
   * @param format what they look like
   */
  public record Logs(@Default("auto") LogFormat format) {}

  /** What log lines look like. */
  public enum LogFormat {
    /** One JSON object a line. */
    JSON,
    /** For people. */
    TEXT,
    /** Text on a terminal, else JSON. */
    AUTO
  }

  /**
   * Traces of calls.
   *
   * @param otlp collector that gets them; without it there are none
   * @param sampling percent of the calls without a {@code traceparent} that are traced, 0 to 100;
   *     with one, that says it
   */
  public record Telemetry(@Nullable Otlp otlp, @Default("100") int sampling) {
    public Telemetry {
      between("sampling", sampling, 0, 100);
    }
  }

  /**
   * A collector that speaks OTLP over HTTP.
   *
   * @param endpoint its address, without a path: {@code http://HOST:PORT} or https
   * @param ca authorities of its certificate, PEM; without it, those of the JVM
   */
  public record Otlp(URI endpoint, @Nullable Path ca) {
    public Otlp {
      if (!List.of("http", "https").contains(String.valueOf(endpoint.getScheme()))
          || endpoint.getHost() == null
          || endpoint.getUserInfo() != null
          || endpoint.getRawQuery() != null
          || !List.of("", "/").contains(endpoint.getRawPath())) {
        throw new IllegalArgumentException(
            "endpoint: " + endpoint + " (expected: http://HOST:PORT or https://HOST:PORT)");
      }
    }
  }

  /**
   * How callers are identified on one Envoy listener.
   *
   * @param name what Envoy sends as {@code x-tabellion-listener}; {@code default} where it sends
   *     none
   * @param identity the sources, tried in the order jwt, certificate, istio-peer, anonymous
   * @param hops identities of gateways: they vouch for a connection, and are never a caller
   * @param proxies who may open streams of this listener: names of peers, exact or up to a star at
   *     the end; empty for all that may connect
   */
  public record Listener(
      @Default("default") String name,
      Identity identity,
      @Default("") List<String> hops,
      @Default("") List<String> proxies) {

    public Listener {
      hops = List.copyOf(hops);
      proxies = List.copyOf(proxies);
      checkProxies(proxies);
    }
  }

  /**
   * The verified sources of an identity; at least one.
   *
   * @param jwt payload that Envoy's {@code jwt_authn} verified
   * @param certificate of the client, verified by Envoy
   * @param istioPeer the peer principal that Istio verified
   * @param anonymous whether a caller without any of these is let in as nobody
   */
  public record Identity(
      @Nullable Jwt jwt,
      @Nullable Certificate certificate,
      @Nullable IstioPeer istioPeer,
      @Default("refuse") Anonymous anonymous) {

    public Identity {
      if (jwt == null
          && certificate == null
          && istioPeer == null
          && anonymous == Anonymous.REFUSE) {
        throw new IllegalArgumentException(
            "no source (expected: jwt, certificate, istio-peer or anonymous: allow)");
      }
    }
  }

  /** What becomes of a caller of whom nothing is verified. */
  public enum Anonymous {
    /** Let in, recorded as anonymous. */
    ALLOW,
    /** Refused. */
    REFUSE
  }

  /**
   * Tokens that Envoy verified.
   *
   * @param issuers that are accepted, exact; at least one
   * @param audiences of which the token must have one, exact; empty accepts every audience
   * @param groupsClaim claim that lists the caller's groups
   * @param subjectClaim claim that names the caller; {@code email} counts only if {@code
   *     email_verified} is true
   */
  public record Jwt(
      List<String> issuers,
      @Default("") List<String> audiences,
      @Default("groups") String groupsClaim,
      @Default("sub") String subjectClaim) {

    public Jwt {
      issuers = List.copyOf(issuers);
      audiences = List.copyOf(audiences);
      notEmpty("issuers", issuers);
    }
  }

  /**
   * Client certificates.
   *
   * @param trustDomains SPIFFE trust domains that are accepted; at least one
   * @param verifiedByListener true declares that the listener verifies every certificate; needed
   *     before Envoy 1.39, which does not say so itself
   */
  public record Certificate(
      List<String> trustDomains, @Default("false") boolean verifiedByListener) {

    public Certificate {
      trustDomains = List.copyOf(trustDomains);
      notEmpty("trust-domains", trustDomains);
    }
  }

  /**
   * Istio's peer principal.
   *
   * @param trustDomains that are accepted; at least one
   */
  public record IstioPeer(List<String> trustDomains) {
    public IstioPeer {
      trustDomains = List.copyOf(trustDomains);
      notEmpty("trust-domains", trustDomains);
    }
  }

  private static void checkProxies(List<String> proxies) {
    for (String proxy : proxies) {
      int star = proxy.indexOf('*');
      if (proxy.isEmpty() || (star >= 0 && star < proxy.length() - 1)) {
        throw new IllegalArgumentException(
            "proxies: "
                + proxy
                + " (expected: a name such as spiffe://cluster.local/ns/N/sa/A, * at its end only)");
      }
    }
  }

  /** Where nobody can vouch for a request that another place let on, it would be refused. */
  private static void checkPlaces(Server server, List<Listener> listeners) {
    for (int i = 0; i < server.places().size(); i++) {
      String place = server.places().get(i);
      Listener listener =
          listeners.stream().filter(one -> one.name().equals(place)).findFirst().orElse(null);
      if (listener == null) {
        throw new IllegalArgumentException(
            "servers: %s: places: %s (expected: names of listeners)"
                .formatted(server.name(), place));
      }
      Identity identity = listener.identity();
      boolean vouched = identity.certificate() != null || identity.istioPeer() != null;
      if (i > 0 && (listener.hops().isEmpty() || !vouched)) {
        throw new IllegalArgumentException(
            ("servers: %s: places: nobody can vouch for requests at %s (expected: its listener has"
                    + " hops, and identity.certificate or identity.istio-peer)")
                .formatted(server.name(), place));
      }
    }
  }

  private static void closed(
      String name, Address address, boolean insecure, boolean mesh, boolean tls) {
    if (insecure && (tls || mesh || !address.loopback())) {
      throw new IllegalArgumentException(
          "insecure-loopback: true (expected: only with a loopback address and without tls or"
              + " mesh)");
    }
    if (mesh && (tls || address instanceof Address.Unix)) {
      throw new IllegalArgumentException(
          "mesh: true (expected: only with HOST:PORT and without tls)");
    }
    if (!insecure && !mesh && !tls && address instanceof Address.Tcp) {
      throw new IllegalArgumentException(
          name
              + " on "
              + address
              + " is open to everyone (expected: tls, a unix: address, insecure-loopback: true, or"
              + " mesh: true where only a service mesh reaches it)");
    }
  }

  private static void notEmpty(String name, List<?> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException(name + ": empty (expected: at least one)");
    }
  }

  private static void unique(String name, List<String> values) {
    Set<String> seen = new HashSet<>();
    for (String value : values) {
      if (!seen.add(value)) {
        throw new IllegalArgumentException(name + ": " + value + " twice (expected: once)");
      }
    }
  }

  private static void between(String name, DataSize size, String least, String most) {
    if (size.bytes() < DataSize.parse(least).bytes()
        || size.bytes() > DataSize.parse(most).bytes()) {
      throw new IllegalArgumentException(
          name + ": " + size + " (expected: from " + least + " to " + most + ")");
    }
  }

  private static void between(String name, int number, int least, int most) {
    if (number < least || number > most) {
      throw new IllegalArgumentException(
          name + ": " + number + " (expected: from " + least + " to " + most + ")");
    }
  }

  private static void positive(String name, Duration duration) {
    if (duration.isZero()) {
      throw new IllegalArgumentException(name + ": 0 (expected: more)");
    }
  }

  private static void atLeastOne(String name, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(name + ": " + number + " (expected: at least 1)");
    }
  }

  private static URI url(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("a URL", e);
    }
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("a time such as 2027-01-31T00:00:00Z", e);
    }
  }
}

package io.tabellion;

import io.tabellion.api.ApiSettings;
import io.tabellion.approval.ApprovalSettings;
import io.tabellion.approval.Person;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.budget.Budget;
import io.tabellion.budget.BudgetSettings;
import io.tabellion.cli.StartException;
import io.tabellion.config.Address;
import io.tabellion.config.Config;
import io.tabellion.config.Config.Anonymous;
import io.tabellion.config.PinList;
import io.tabellion.console.Console;
import io.tabellion.console.ConsoleSettings;
import io.tabellion.extproc.ExtProcSettings;
import io.tabellion.extproc.ExtProcSettings.Transport;
import io.tabellion.extproc.Vouching;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.logs.LogOutput;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mask.proof.DisclosureKey;
import io.tabellion.notify.Endpoint;
import io.tabellion.notify.Step;
import io.tabellion.notify.WebhookKey;
import io.tabellion.notify.WebhookUrl;
import io.tabellion.pace.Workspace;
import io.tabellion.permission.OwnerOnly;
import io.tabellion.pin.Pin;
import io.tabellion.pin.PinSettings;
import io.tabellion.signin.BrowserSignIn;
import io.tabellion.signin.OidcSettings;
import io.tabellion.signin.TokenFile;
import io.tabellion.slack.SlackSettings;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import io.tabellion.version.Version;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The configuration in the words of the parts that it configures. */
final class Settings {
  private static final Logger LOG = System.getLogger(Settings.class.getName());

  /** Bodies that are held before they are read have one part of the heap in so many. */
  private static final int HELD_PART = 10;

  private Settings() {}

  static LogOutput.Format logs(Config.Logs logs) {
    return switch (logs.format()) {
      case JSON -> LogOutput.Format.JSON;
      case TEXT -> LogOutput.Format.TEXT;
      case AUTO -> LogOutput.Format.AUTO;
    };
  }

  static LogSettings log(Config config) {
    Config.Log log = config.log();
    return LogSettings.of(log.directory(), log.origin(), Version.text())
        .withWriter(log.writer())
        .withSegments(log.segmentSize().bytes(), config.limits().largestAppend())
        .withHeartbeat(log.heartbeat());
  }

  static BudgetSettings budgets(Config config) {
    Config.Budget budget = config.log().budget();
    return new BudgetSettings(
        new Budget(budget.callerCalls(), budget.callerBytes().bytes()),
        new Budget(budget.serverCalls(), budget.serverBytes().bytes()));
  }

  static ExtProcSettings extProc(Config config) {
    Map<String, IdentitySettings> listeners = new HashMap<>();
    config.listeners().forEach(listener -> listeners.put(listener.name(), identity(listener)));
    return new ExtProcSettings(
            transport(config.extProc()),
            limits(config.limits(), Runtime.getRuntime().maxMemory()),
            listeners)
        .with(vouching(config));
  }

  private static Vouching vouching(Config config) {
    return new Vouching(
        config.listeners().stream()
            .filter(listener -> !listener.proxies().isEmpty())
            .collect(Collectors.toMap(Config.Listener::name, one -> Set.copyOf(one.proxies()))),
        config.servers().stream()
            .filter(server -> !server.proxies().isEmpty())
            .collect(Collectors.toMap(Config.Server::name, one -> Set.copyOf(one.proxies()))));
  }

  static ApiSettings api(Config.Api api) {
    Config.Tls tls = api.tls();
    return new ApiSettings(
        switch (api.address()) {
          case Address.Tcp tcp -> tcp.socket();
          case Address.Unix(var path) -> UnixDomainSocketAddress.of(path);
        },
        tls == null ? null : new ApiSettings.Tls(tls.certificate(), tls.key(), tls.clientCa()),
        api.clients().stream()
            .map(client ->
                new Reader(
                    client.name(),
                    role(client.role()),
                    new Person(client.name(), null, client.groups(), "certificate"),
                    Instant.MAX))
            .toList());
  }

  static List<OidcSettings> oidc(Config.Api api) {
    return api.oidc().stream().map(Settings::oidc).toList();
  }

  private static OidcSettings oidc(Config.Oidc oidc) {
    Config.Roles roles = oidc.roles();
    return new OidcSettings(
        oidc.issuer(),
        Set.copyOf(oidc.audiences()),
        keys(oidc),
        oidc.ca(),
        oidc.subjectClaim(),
        oidc.groupsClaim(),
        Map.of(
            Role.AUDITOR, Set.copyOf(roles.auditor()),
            Role.APPROVER, Set.copyOf(roles.approver()),
            Role.RESPONDER, Set.copyOf(roles.responder()),
            Role.ADMIN, Set.copyOf(roles.admin())));
  }

  private static OidcSettings.Keys keys(Config.Oidc oidc) {
    if (oidc.jwksFile() != null) {
      return new OidcSettings.Keys.In(oidc.jwksFile());
    }
    return oidc.jwksUri() == null
        ? new OidcSettings.Keys.Discovered()
        : OidcSettings.Keys.At.of(oidc.jwksUri());
  }

  static List<TokenFile> tokens(Config.Api api) {
    return api.tokens().stream().map(Settings::token).toList();
  }

  private static TokenFile token(Config.Token token) {
    return new TokenFile(
        new Reader(
            token.name(),
            role(token.role()),
            new Person(token.name(), null, token.groups(), "token"),
            token.expires()),
        token.file());
  }

  private static Role role(Config.Role role) {
    return switch (role) {
      case AUDITOR -> Role.AUDITOR;
      case APPROVER -> Role.APPROVER;
      case RESPONDER -> Role.RESPONDER;
      case ADMIN -> Role.ADMIN;
    };
  }

  static ConsoleSettings console(Config.Console console) {
    return ConsoleSettings.at(console.publicUrl());
  }

  /** How people sign in to the console elsewhere; null if nowhere. */
  static BrowserSignIn.@Nullable Client browser(Config.Console console) {
    Config.ConsoleOidc oidc = console.oidc();
    URI url = console.publicUrl();
    return oidc == null || url == null
        ? null
        : new BrowserSignIn.Client(
            oidc.issuer(),
            oidc.clientId(),
            oidc.clientSecretFile(),
            oidc.scopes(),
            URI.create("https://" + url.getAuthority() + Console.CALLBACK));
  }

  static ApprovalSettings approvals(Config config) {
    Config.Approvals approvals = config.approvals();
    Map<String, Duration> holds = new HashMap<>();
    for (Config.Server server : config.servers()) {
      if (server.hold() != null) {
        holds.put(server.name(), server.hold());
      }
    }
    return new ApprovalSettings(
        approvals.hold(),
        holds,
        approvals.grant(),
        approvals.mostPending(),
        approvals.mostDenied(),
        page(config));
  }

  /** Agents are told of the page where others than this machine's reach it. */
  private static ApprovalSettings.@Nullable Page page(Config config) {
    URI url = config.console().publicUrl();
    return url == null
        ? null
        : new ApprovalSettings.Page(
            "https://" + url.getAuthority() + "/approvals", config.approvals().elicitation());
  }

  /** Who is told of approvals; reads their keys. */
  static List<Endpoint> webhooks(Config.Notifications notifications) {
    return notifications.webhooks().stream()
        .map(webhook -> webhook(webhook, notifications.slack() != null))
        .toList();
  }

  private static Endpoint webhook(Config.Webhook webhook, boolean buttons) {
    Path keys = webhook.secretFile();
    try {
      return new Endpoint(
          webhook.name(),
          url(webhook),
          switch (webhook.format()) {
            case STANDARD -> Endpoint.Format.STANDARD;
            case SLACK -> Endpoint.Format.SLACK;
            case TEAMS -> Endpoint.Format.TEAMS;
          },
          keys == null ? List.of() : WebhookKey.load(keys),
          webhook.states().isEmpty()
              ? Step.USUAL
              : webhook.states().stream()
                  .map(step -> Step.valueOf(step.name()))
                  .collect(Collectors.toSet()),
          Set.copyOf(webhook.servers()),
          Set.copyOf(webhook.rules()),
          webhook.include().contains(Config.Include.ARGUMENTS),
          buttons);
    } catch (IllegalArgumentException e) {
      throw new StartException(
          "notifications.webhooks: " + webhook.name() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StartException(
          "notifications.webhooks: %s: %s: cannot be read"
              .formatted(webhook.name(), e.getMessage()),
          e);
    }
  }

  /** Whose clicks in Slack count. */
  static SlackSettings slack(Config.Slack slack) {
    Map<String, Reader> users = new HashMap<>();
    for (Config.SlackUser user : slack.users()) {
      Person person = new Person(user.name(), null, user.groups(), "slack");
      users.put(user.id(), new Reader(user.name(), Role.APPROVER, person, Instant.MAX));
    }
    Path file = slack.signingSecretFile();
    try {
      return new SlackSettings(SlackSettings.secret(file), Set.copyOf(slack.teams()), users);
    } catch (IllegalArgumentException e) {
      throw new StartException("notifications.slack: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StartException("notifications.slack: " + file + ": cannot be read", e);
    }
  }

  private static URI url(Config.Webhook webhook) throws IOException {
    Path file = webhook.urlFile();
    if (file == null) {
      return WebhookUrl.parse("url", String.valueOf(webhook.url()));
    }
    String excess = OwnerOnly.excess(file);
    if (excess != null) {
      throw new IllegalArgumentException(
          "url-file: %s: mode %s (expected: 0600, chmod 600 %s)".formatted(file, excess, file));
    }
    return WebhookUrl.parse("url-file", Files.readString(file));
  }

  static MaskSettings masking(Config config) {
    Map<String, MaskSettings.Restoring> restore = new HashMap<>();
    config.masking().restore().forEach(tools -> restore.put(tools.server(), restoring(tools)));
    Path disclosure = config.log().disclosureKey();
    return new MaskSettings(
        config.masking().tenant(),
        config.masking().epoch(),
        disclosure == null ? null : disclosureKey(disclosure),
        restore);
  }

  private static MaskSettings.Restoring restoring(Config.Restore restore) {
    return new MaskSettings.Restoring(
        Set.copyOf(restore.tools()),
        switch (restore.boundTo()) {
          case CALLER -> MaskSettings.Whose.CALLER;
          case TENANT -> MaskSettings.Whose.TENANT;
        });
  }

  private static DisclosureKey disclosureKey(Path file) {
    try {
      return DisclosureKey.parse(Files.readString(file));
    } catch (IOException e) {
      throw new StartException("log.disclosure-key: " + file + ": cannot be read", e);
    } catch (IllegalArgumentException e) {
      throw new StartException("log.disclosure-key: " + file + ": " + e.getMessage(), e);
    }
  }

  static PinSettings pins(Config config) {
    Map<PinSettings.Tool, Set<String>> accepted = new HashMap<>();
    Path file = config.pins().file();
    if (file != null) {
      for (PinList.Item pin : PinList.load(file).pins()) {
        accepted
            .computeIfAbsent(new PinSettings.Tool(pin.server(), pin.tool()), _ -> new HashSet<>())
            .add(pin.digest().text());
      }
    }
    return new PinSettings(
        switch (config.pins().firstSight()) {
          case ACCEPT -> PinSettings.FirstSight.ACCEPT;
          case QUARANTINE -> PinSettings.FirstSight.QUARANTINE;
        },
        accepted,
        servers(config));
  }

  private static Map<String, PinSettings.OfServer> servers(Config config) {
    Map<String, PinSettings.OfServer> servers = new HashMap<>();
    for (Config.Server server : config.servers()) {
      servers.put(
          server.name(),
          new PinSettings.OfServer(
              switch (server.pins().scope()) {
                case SERVER -> PinSettings.Scope.SERVER;
                case CALLER -> PinSettings.Scope.CALLER;
              },
              switch (server.pins().onChange()) {
                case QUARANTINE -> Pin.OnChange.QUARANTINE;
                case ALERT -> Pin.OnChange.ALERT;
              }));
    }
    return servers;
  }

  /** By server, the listeners that its requests pass. */
  static Map<String, List<String>> places(Config config) {
    return config.servers().stream()
        .filter(server -> !server.places().isEmpty())
        .collect(Collectors.toUnmodifiableMap(Config.Server::name, Config.Server::places));
  }

  private static Transport transport(Config.ExtProc extProc) {
    return switch (extProc.address()) {
      case Address.Unix(var path) -> new Transport.UnixSocket(path, extProc.socketGroup());
      case Address.Tcp tcp when extProc.mesh() ->
          new Transport.Mesh(tcp.socket(), extProc.peers() == Config.Peers.XFCC);
      case Address.Tcp tcp -> tcp(tcp, extProc.tls());
    };
  }

  /** The configuration saw to it that what has neither TLS nor a mesh is a loopback address. */
  private static Transport tcp(Address.Tcp address, Config.@Nullable Tls tls) {
    if (tls == null || tls.clientCa() == null) {
      return new Transport.InsecureLoopback(address.socket());
    }
    return new Transport.MutualTls(
        address.socket(),
        tls.certificate(),
        tls.key(),
        tls.clientCa(),
        Set.copyOf(tls.allowedClients()));
  }

  /**
   * The limits that are configured, or less where the heap does not suffice for them: a message is
   * refused rather than that the process ends.
   *
   * @param heap bytes of it
   */
  static ExtProcSettings.Limits limits(Config.Limits limits, long heap) {
    long message = Workspace.mostBytes(heap);
    return new ExtProcSettings.Limits(
        (int) capped("limits.request", limits.request().toInt(), message),
        (int) capped("limits.answer", limits.answer().toInt(), message),
        (int) capped("limits.event", limits.event().toInt(), message),
        capped("limits.held", limits.held().bytes(), heap / HELD_PART),
        limits.uploadTime(),
        Limits.DEFAULT.with(
            limits.depth(),
            (int) capped("limits.values", limits.values(), Workspace.mostValues(heap))));
  }

  private static long capped(String key, long configured, long most) {
    if (configured <= most) {
      return configured;
    }
    LOG.log(
        Level.INFO,
        "{0}: {1} is used, for the heap does not suffice for {2} (-Xmx or the container''s memory says how large it is)",
        key,
        Long.toString(most),
        Long.toString(configured));
    return most;
  }

  private static IdentitySettings identity(Config.Listener listener) {
    Config.Identity identity = listener.identity();
    return new IdentitySettings(
        jwt(identity.jwt()),
        certificate(identity.certificate()),
        istioPeer(identity.istioPeer()),
        identity.anonymous() == Anonymous.ALLOW,
        Set.copyOf(listener.hops()));
  }

  private static IdentitySettings.@Nullable Jwt jwt(Config.@Nullable Jwt jwt) {
    return jwt == null
        ? null
        : new IdentitySettings.Jwt(
            Set.copyOf(jwt.issuers()),
            Set.copyOf(jwt.audiences()),
            jwt.groupsClaim(),
            jwt.subjectClaim());
  }

  private static IdentitySettings.@Nullable Certificates certificate(
      Config.@Nullable Certificate certificate) {
    return certificate == null
        ? null
        : new IdentitySettings.Certificates(
            Set.copyOf(certificate.trustDomains()), certificate.verifiedByListener());
  }

  private static IdentitySettings.@Nullable IstioPeer istioPeer(Config.@Nullable IstioPeer peer) {
    return peer == null ? null : new IdentitySettings.IstioPeer(Set.copyOf(peer.trustDomains()));
  }
}

package io.tabellion;

import io.tabellion.api.ApiServer;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.Approvals;
import io.tabellion.approval.AskingDesk;
import io.tabellion.approval.Deadlines;
import io.tabellion.approval.Ledger;
import io.tabellion.approval.Office;
import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.OpenEntries;
import io.tabellion.audit.follow.Follower;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.authzen.AccessRequests;
import io.tabellion.budget.Budgets;
import io.tabellion.cli.StartException;
import io.tabellion.config.Address;
import io.tabellion.config.Config;
import io.tabellion.console.Console;
import io.tabellion.durable.Disk;
import io.tabellion.durable.FileDisk;
import io.tabellion.extproc.ExtProcServer;
import io.tabellion.extproc.ExtProcSettings;
import io.tabellion.http.Readiness;
import io.tabellion.http.Site;
import io.tabellion.http.StatusServer;
import io.tabellion.inspect.Inspector;
import io.tabellion.inspect.LineSettings;
import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mask.Masker;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Gauge;
import io.tabellion.metrics.Metrics;
import io.tabellion.notify.Endpoint;
import io.tabellion.notify.Notifications;
import io.tabellion.pace.LowPriority;
import io.tabellion.pin.PinKeeper;
import io.tabellion.pin.Pins;
import io.tabellion.policy.PolicyReloader;
import io.tabellion.policy.Question;
import io.tabellion.rehearsal.Rehearsal;
import io.tabellion.reread.Rereader;
import io.tabellion.signin.BrowserSignIn;
import io.tabellion.signin.SignIn;
import io.tabellion.slack.Interactions;
import io.tabellion.state.MemoryState;
import io.tabellion.state.SharedState;
import io.tabellion.stop.StopKeeper;
import io.tabellion.stop.StopSwitch;
import io.tabellion.stop.Stops;
import io.tabellion.telemetry.OtlpTraces;
import io.tabellion.tls.ServerTls;
import io.tabellion.trace.Traces;
import io.tabellion.trail.Trail;
import io.tabellion.trail.recall.RecallApprovals;
import io.tabellion.trail.recall.RecallState;
import io.tabellion.version.Version;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Everything that runs, wired: log, index, policy, the port for Envoy, the audit API, metrics;
 * started in this order, stopped in the reverse one.
 *
 * <p>Started and closed by one thread.
 */
final class Server implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Server.class.getName());

  /** How long a rehearsal may last; the server is ready then at the latest. */
  private static final int REHEARSAL_MILLIS = 1_000;

  private final Config config;
  private final Disk disk;
  private final InstantSource clock;
  private final Metrics metrics = new Metrics();
  private final Deque<Part> parts = new ArrayDeque<>();
  private final List<String> listening = new ArrayList<>();
  private final Map<String, ServerTls> certificates = new TreeMap<>();
  private final Rereader reread;
  private final @Nullable Rehearsal rehearsal;
  private volatile boolean serving;
  private @Nullable ExtProcServer calls; // from its start on
  private ExtProcSettings.Limits limits = ExtProcSettings.Limits.DEFAULTS;
  private Map<String, Object> summary = Map.of();

  /** Something that was started, and how it is stopped. */
  private record Part(String name, AutoCloseable stop) {}

  private Server(Config config, Disk disk, InstantSource clock, @Nullable Rehearsal rehearsal) {
    this.config = config;
    this.disk = disk;
    this.clock = clock;
    this.rehearsal = rehearsal;
    this.reread = new Rereader(metrics, clock);
    parts.push(new Part("reread", reread));
  }

  /**
   * Starts everything.
   *
   * @throws StartException if a part cannot start; those before it were stopped
   * @throws io.tabellion.yaml.YamlException if the policy file cannot be used
   */
  static Server start(Config config, InstantSource clock) throws InterruptedException {
    return start(config, new FileDisk(), clock);
  }

  /**
   * The same, ready for calls only when a rehearsal is over, or {@value #REHEARSAL_MILLIS} ms after
   * that began.
   */
  static Server start(Config config, InstantSource clock, Rehearsal rehearsal)
      throws InterruptedException {
    return start(config, new FileDisk(), clock, rehearsal);
  }

  /** The same with the log on another disk. */
  static Server start(Config config, Disk disk, InstantSource clock) throws InterruptedException {
    return start(config, disk, clock, null);
  }

  private static Server start(
      Config config, Disk disk, InstantSource clock, @Nullable Rehearsal rehearsal)
      throws InterruptedException {
    Server server = new Server(config, disk, clock, rehearsal);
    try {
      server.startAll();
      return server;
    } catch (RuntimeException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  /** Where it listens, one line a port. */
  List<String> listening() {
    return List.copyOf(listening);
  }

  /** What was started, for one line of the log: version, store, policy, sizes, addresses. */
  Map<String, Object> summary() {
    return summary;
  }

  /** Looks now whether files changed that are read again. */
  void lookAtFiles() {
    reread.look();
  }

  /** What stopping waits for, for people; empty if for nothing. */
  Optional<String> leaving() {
    int live = calls == null ? 0 : calls.live();
    return live == 0
        ? Optional.empty()
        : Optional.of(
            "%d exchanges are under way; they may finish within %d s (limits.drain)"
                .formatted(live, config.limits().drain().toSeconds()));
  }

  /** Stops in reverse order; exchanges that are under way may finish within the drain time. */
  @Override
  public void close() {
    serving = false;
    if (rehearsal != null) {
      rehearsal.end();
    }
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      try {
        part.stop().close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.log(Level.ERROR, part.name() + " did not stop well", e);
      }
    }
  }

  private void startAll() throws InterruptedException {
    TransportLog.shorten();
    FileAuditLog log = openLog();
    SearchIndex index =
        SearchIndex.following(config.log().directory(), log.reader(), log.keyedHash());
    parts.push(new Part("index", index));
    PolicyReloader policy =
        PolicyReloader.load(config.policy(), config.policyCandidate(), log, clock, metrics);
    parts.push(new Part("policy", policy));
    policy.start();
    SharedState state = recalled(log, policy);
    Stops stops = openStops(log, state);
    Pins pins = openPins(log, policy, state);
    Office office = openOffice(log, policy, state, stops);
    Optional<Notifications> notifications = openNotifications(log, office);
    ExtProcServer extProc = startExtProc(log, index, policy, pins, state, office.ledger());
    var operated = new StopSwitch(stops, extProc, text -> masked(log, policy, text), clock);
    Trail trail = startTrail(log, index, pins, office, operated);
    SignIn signIn = openSignIn();
    Console console = startApi(trail, signIn, policy);
    reread("ext-proc-tls", extProc.tls());
    if (!signIn.files().isEmpty()) {
      reread.watch("tokens", signIn.files(), signIn::readAgain);
    }
    reread.start();
    notifications.ifPresent(Notifications::start);
    var gauges = new OperationGauges(config, log, policy, pins, certificates);
    startStatus(log, index, trail, extProc, office, stops, signIn, notifications, console, gauges);
    if (rehearsal != null) {
      rehearsal.await(Duration.ofMillis(REHEARSAL_MILLIS));
    }
    serving = true;
    summary = summary(log, policy);
    useNativeSignatures(log);
  }

  private Map<String, Object> summary(FileAuditLog log, PolicyReloader policy) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("version", Version.text());
    all.put("log", config.log().directory());
    all.put("origin", config.log().origin());
    all.put("entries", log.reader().size());
    all.put("log_bytes", log.bytes());
    all.put("policy", config.policy());
    all.put("policy_title", policy.title());
    all.put("policy_digest", policy.get().digest());
    all.put("heap_bytes", Runtime.getRuntime().maxMemory());
    all.put("processors", (long) Runtime.getRuntime().availableProcessors());
    all.put("request_bytes", (long) limits.request());
    all.put("answer_bytes", (long) limits.answer());
    all.put("held_bytes", limits.held());
    for (String line : listening) {
      int gap = line.indexOf("  ");
      String part = gap < 0 ? line.substring(0, line.lastIndexOf(' ')) : line.substring(0, gap);
      all.put(part.replace(' ', '_'), line.substring(line.lastIndexOf(' ') + 1));
    }
    return all;
  }

  /** Nobody waits for the library: until it is loaded, signatures are made in Java. */
  private static void useNativeSignatures(FileAuditLog log) {
    LowPriority.threads("audit-signer-")
        .newThread(() -> LOG.log(Level.INFO, "signatures: by {0}", log.useNativeSignatures()))
        .start();
  }

  private FileAuditLog openLog() {
    try {
      FileAuditLog log = FileAuditLog.open(Settings.log(config), disk, clock, metrics);
      parts.push(new Part("log", log));
      return log;
    } catch (Disk.AlreadyLockedException e) {
      throw new StartException(
          "log.directory: " + config.log().directory() + " (expected: not used by another process)",
          e);
    } catch (AuditDamagedException | IOException e) {
      throw new StartException("log.directory: " + config.log().directory() + ": " + reason(e), e);
    }
  }

  /** Without them nobody knows what is stopped: then nothing is let through. */
  private Stops openStops(FileAuditLog log, SharedState state) {
    Stops stops = new Stops(state);
    try {
      Path folder = config.log().directory().resolve("stops");
      var source = new StopKeeper.Source(log.reader(), log);
      parts.push(
          new Part("stops", StopKeeper.open(disk, folder, source, log.keyedHash(), stops, clock)));
      return stops;
    } catch (AuditDamagedException | IOException e) {
      throw new StartException(
          "stops: " + reason(e) + " (expected: all entries readable, so that no stop is lost)", e);
    }
  }

  /** Masks what is kept. */
  private Masker masker(FileAuditLog log) {
    MaskSettings masking = Settings.masking(config);
    return new Masker(new MaskKeys(log.keyedHash(), masking.tenant(), masking.epoch()), null);
  }

  private String masked(FileAuditLog log, PolicyReloader policy, String text) {
    return masker(log).words(text, policy.get().baseline());
  }

  /** Definitions are kept as the record keeps them: masked. */
  private Pins openPins(FileAuditLog log, PolicyReloader policy, SharedState state)
      throws InterruptedException {
    Masker masker = masker(log);
    Pins pins =
        new Pins(
            state,
            clock,
            Settings.pins(config),
            tree ->
                masker.kept(tree, policy.get().baseline()) instanceof Json.Obj kept
                    ? kept
                    : Json.Obj.EMPTY,
            log.keyedHash());
    try {
      Path folder = config.log().directory().resolve("pins");
      parts.push(new Part("pins", PinKeeper.open(disk, folder, log.reader(), pins)));
      return pins;
    } catch (AuditDamagedException | IOException e) {
      throw new StartException("pins: " + reason(e), e);
    }
  }

  /** Memory with what counts of the processes before. What cannot be read of it is forgotten. */
  private SharedState recalled(FileAuditLog log, PolicyReloader policy)
      throws InterruptedException {
    SharedState state = new MemoryState(clock);
    Budgets budgets = new Budgets(Settings.budgets(config), state, clock);
    try {
      new RecallState(log.reader(), budgets, state, clock).recall(policy.get());
    } catch (AuditDamagedException e) {
      LOG.log(
          Level.WARNING,
          "calls before the start count for no limit and no budget: " + reason(e),
          e);
    }
    return state;
  }

  /** Requests for approval that are not over go on where they stood. */
  private Office openOffice(FileAuditLog log, PolicyReloader policy, SharedState state, Stops stops)
      throws InterruptedException {
    Masker masker = masker(log);
    Office office =
        Office.of(
            state,
            log,
            clock,
            Settings.approvals(config),
            said -> masker.words(said, policy.get().baseline()));
    Path file = config.log().directory().resolve("approvals").resolve("open");
    try {
      OpenEntries open =
          OpenEntries.open(
              disk,
              file,
              log.reader(),
              log.keyedHash(),
              RecallApprovals.MEANING,
              office.ledger()::steps);
      RecallApprovals.Open before = RecallApprovals.of(open.entries(), policy.get());
      office.ledger().restore(before.requests(), before.grants());
      parts.push(new Part("approvals", open.follow()));
      parts.push(
          new Part(
              "deadlines",
              Deadlines.start(
                  office.ledger(),
                  () -> policy.get().digest(),
                  request -> isStopped(request, stops))));
      return office;
    } catch (AuditDamagedException | AuditUnavailableException | IOException e) {
      throw new StartException("approvals: " + reason(e), e);
    }
  }

  private boolean isStopped(ApprovalRequest request, Stops stops) {
    Question question = request.question();
    String tool = question.target().tool();
    Question.Setting setting = question.setting();
    return stops
            .look()
            .find(
                setting.caller(),
                setting.server(),
                tool == null ? List.of() : List.of(tool),
                clock.instant())
        != null;
  }

  /** They follow the log from before the first call of this process. */
  private Optional<Notifications> openNotifications(FileAuditLog log, Office office) {
    List<Endpoint> endpoints = Settings.webhooks(config.notifications());
    if (endpoints.isEmpty()) {
      return Optional.empty();
    }
    try {
      Notifications notifications =
          Notifications.open(
              disk,
              config.log().directory().resolve("notifications"),
              new Notifications.Source(log.reader(), office.ledger(), config.console().publicUrl()),
              endpoints,
              clock,
              metrics);
      parts.push(new Part("notifications", notifications));
      return Optional.of(notifications);
    } catch (IOException e) {
      throw new StartException("notifications: " + reason(e), e);
    }
  }

  /** Where no collector is configured nothing of it is even loaded. */
  private Traces openTraces() {
    Config.Otlp otlp = config.telemetry().otlp();
    if (otlp == null) {
      return Traces.NONE;
    }
    try {
      OtlpTraces traces =
          new OtlpTraces(
              new OtlpTraces.Collector(otlp.endpoint(), otlp.ca(), config.telemetry().sampling()),
              Version.text(),
              metrics);
      parts.push(new Part("traces", traces));
      return traces;
    } catch (IOException | IllegalArgumentException e) {
      throw new StartException("telemetry.otlp: " + reason(e), e);
    }
  }

  private ExtProcServer startExtProc(
      FileAuditLog log,
      SearchIndex index,
      PolicyReloader policy,
      Pins pins,
      SharedState state,
      Ledger ledger) {
    Address address = config.extProc().address();
    try {
      ExtProcSettings settings = Settings.extProc(config);
      limits = settings.limits();
      var inspector =
          new Inspector(
              policy,
              log,
              log.keyedHash(),
              new PastSessions(index, log.reader().size()),
              pins,
              metrics,
              clock,
              new LineSettings(
                  settings.limits().largest(),
                  Settings.masking(config),
                  Settings.budgets(config),
                  new LineSettings.Spooling(
                      config.log().directory().resolve("held"), settings.limits().held()),
                  Settings.places(config),
                  openTraces()),
              state,
              new Approvals(
                  new AskingDesk(ledger, log.keyedHash(), clock, Settings.approvals(config))));
      ExtProcServer server = new ExtProcServer(settings, inspector, metrics, clock);
      server.start();
      calls = server;
      parts.push(new Part("ext_proc", () -> server.stop(config.limits().drain())));
      listening.add("ext_proc   " + at(address, server.port()));
      if (config.extProc().mesh()) {
        warnOfMesh("ext-proc", at(address, server.port()), "write entries in anybody's name");
      }
      return server;
    } catch (IOException e) {
      throw cannot("ext-proc", address, e);
    }
  }

  private Trail startTrail(
      FileAuditLog log, SearchIndex index, Pins pins, Office office, StopSwitch operated) {
    var source =
        new Trail.Source(log, log.reader(), index, log.keyedHash(), pins, office, operated);
    Trail trail = new Trail(source, clock);
    parts.push(new Part("trail", trail));
    return trail;
  }

  /** Issuers that cannot be reached do not keep the server from starting. */
  private SignIn openSignIn() {
    try {
      SignIn signIn = new SignIn(Settings.tokens(config.api()), Settings.oidc(config.api()), clock);
      parts.push(new Part("sign-in", signIn));
      return signIn;
    } catch (IllegalArgumentException e) {
      throw new StartException("api: " + e.getMessage(), e);
    }
  }

  /** New connections use what the files say now. */
  private void reread(String name, @Nullable ServerTls tls) {
    if (tls != null) {
      certificates.put(name, tls);
      reread.watch(name, tls.files(), tls::read);
    }
  }

  private @Nullable BrowserSignIn browserSignIn(SignIn signIn) {
    BrowserSignIn.Client client = Settings.browser(config.console());
    try {
      BrowserSignIn browser = client == null ? null : signIn.browser(client);
      Path secret = browser == null ? null : browser.file();
      if (browser != null && secret != null) {
        reread.watch("console-oidc-secret", List.of(secret), browser::readAgain);
      }
      return browser;
    } catch (IllegalArgumentException e) {
      throw new StartException("console.oidc." + e.getMessage(), e);
    }
  }

  private Console startApi(Trail trail, SignIn signIn, PolicyReloader policy) {
    Address address = config.api().address();
    try {
      Opening opening = new Opening();
      Runnable onRefused = () -> metrics.increment(Counter.UNAUTHENTICATED_READS);
      ApiServer server =
          new ApiServer(Settings.api(config.api()), signIn, trail, opening, onRefused, clock);
      Console console =
          new Console(
              Settings.console(config.console()),
              trail,
              signIn,
              browserSignIn(signIn),
              policy,
              onRefused,
              clock);
      opening.into(console);
      server.start();
      parts.push(new Part("api", server));
      reread("api-tls", server.tls());
      listening.add("audit API  " + at(address, server.port()));
      if (config.api().mesh()) {
        warnOfMesh("api", at(address, server.port()), "read the tokens that are sent to it");
      }
      return console;
    } catch (IOException e) {
      throw cannot("api", address, e);
    }
  }

  private void startStatus(
      FileAuditLog log,
      SearchIndex index,
      Trail trail,
      ExtProcServer extProc,
      Office office,
      Stops stops,
      SignIn signIn,
      Optional<Notifications> notifications,
      Console console,
      OperationGauges operation) {
    Address.Tcp address = (Address.Tcp) config.http().address();
    List<Readiness> readiness =
        List.of(
            new Readiness("log", log::problem),
            new Readiness("ext_proc", () -> serving ? null : "not started, or going down"));
    List<Gauge> gauges =
        List.of(
            new Gauge("log_entries", "Entries in the log.", () -> log.reader().size()),
            new Gauge("index_entries", "Entries in the search index.", index::size),
            new Gauge(
                "index_lag_entries",
                "Entries that the search index does not hold yet.",
                () -> Math.max(0, log.reader().size() - index.size())),
            new Gauge(
                "log_unverified_entries",
                "Entries of earlier runs that the start did not read and that are not verified yet.",
                log::unverified),
            gauge(
                "follower_entries",
                "Entries of the log that the index, the tiles and the slowest tail have.",
                () -> followers(log, index, trail, notifications),
                Follower.Progress::entries),
            gauge(
                "follower_lag_entries",
                "Entries of the log that they do not have yet.",
                () -> followers(log, index, trail, notifications),
                Follower.Progress::lag),
            gauge(
                "follower_failed",
                "1 if the last attempt of the index or the tiles to go on failed.",
                () -> followers(log, index, trail, notifications),
                progress -> progress.failed() ? 1 : 0),
            new Gauge("log_writable", "1 if calls are admitted.", () -> log.writable() ? 1 : 0),
            new Gauge(
                "log_lost",
                "1 if the log failed, or was removed, replaced or unmounted: until a restart.",
                () -> log.isLost() ? 1 : 0),
            new Gauge(
                "held_calls", "Calls that wait for a person's decision.", office.ledger()::held),
            new Gauge(
                "reviews_due",
                "Calls that were let on by break-glass, and that nobody reviewed.",
                office.ledger()::reviewsDue),
            new Gauge(
                "reviews_overdue",
                "Those of them that wait longer than the rule allows.",
                office.ledger()::reviewsOverdue),
            new Gauge(
                "oidc_ready",
                "1 if tokens of this issuer can be checked.",
                "issuer",
                signIn::ready),
            new Gauge(
                "oidc_failed",
                "1 if the last attempt to get the keys of this issuer failed.",
                "issuer",
                signIn::failed),
            new Gauge("stops", "Stops of operators that hold.", () -> stops.look().stops().size()),
            new Gauge("open_exchanges", "HTTP exchanges under way.", extProc::live),
            new Gauge("held_bytes", "Bytes of bodies that are held.", extProc::heldBytes));
    List<Gauge> all = new ArrayList<>(gauges);
    all.addAll(operation.list());
    notifications.ifPresent(telling -> all.addAll(telling.gauges()));
    try {
      StatusServer server =
          StatusServer.start(
              address.socket(), readiness, metrics, all, sites(trail, signIn, console));
      console.listensAt(server.port());
      parts.push(new Part("http", server));
      listening.add("metrics    " + at(address, server.port()));
      listening.add("approvals  http://" + at(address, server.port()) + "/approvals");
    } catch (IOException e) {
      throw cannot("http", address, e);
    }
  }

  /** What is served beside health and metrics. */
  private List<Site> sites(Trail trail, SignIn signIn, Console console) {
    List<Site> sites = new ArrayList<>(console.sites());
    Config.Slack slack = config.notifications().slack();
    if (slack != null) {
      sites.add(
          new Site(
              Interactions.PATH, new Interactions(Settings.slack(slack), trail, metrics, clock)));
    }
    var requests =
        new AccessRequests(
            trail,
            signIn,
            config.console().publicUrl(),
            () -> metrics.increment(Counter.UNAUTHENTICATED_READS));
    sites.add(requests.site());
    return sites;
  }

  /** Who reads the log onward. */
  private static Collection<Follower> followers(
      FileAuditLog log, SearchIndex index, Trail trail, Optional<Notifications> notifications) {
    List<Follower> all = new ArrayList<>(trail.tails());
    all.add(log.publishing());
    all.add(index.follower());
    notifications.ifPresent(telling -> all.add(telling.follower()));
    return all;
  }

  private static Gauge gauge(
      String text,
      String help,
      Supplier<Collection<Follower>> followers,
      ToDoubleFunction<Follower.Progress> value) {
    return new Gauge(
        text,
        help,
        "follower",
        () -> {
          Map<String, Double> values = new TreeMap<>();
          Follower.progress(followers.get())
              .forEach((name, progress) -> values.put(name, value.applyAsDouble(progress)));
          return values;
        });
  }

  /** Nothing here can tell whether there is a mesh: the operator's word is repeated. */
  private static void warnOfMesh(String key, String address, String danger) {
    LOG.log(
        Level.WARNING,
        "{0}.mesh: {1} speaks plain TCP. Only the service mesh may reach it: whoever else does can {2}",
        key,
        address,
        danger);
  }

  private static StartException cannot(String key, Address address, IOException e) {
    return new StartException(key + ".address: " + address + ": cannot listen: " + reason(e), e);
  }

  /** The innermost message: "Address already in use" and not what wraps it. */
  private static String reason(Throwable e) {
    Throwable inner = e;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    return String.valueOf(inner.getMessage());
  }

  private static String at(Address address, int port) {
    return switch (address) {
      case Address.Unix unix -> unix.toString();
      case Address.Tcp tcp -> new Address.Tcp(tcp.host(), port).toString();
    };
  }
}

package io.tabellion.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.verify.Report;
import io.tabellion.audit.verify.Verification;
import io.tabellion.durable.FileDisk;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.metrics.Metrics;
import io.tabellion.pin.Pin;
import io.tabellion.pin.PinDraft;
import io.tabellion.pin.PinEntries;
import io.tabellion.pin.PinKeeper;
import io.tabellion.pin.PinSettings;
import io.tabellion.pin.Pins;
import io.tabellion.pin.Sighting;
import io.tabellion.pin.Source;
import io.tabellion.state.Changes;
import io.tabellion.state.MemoryState;
import io.tabellion.stop.Selector;
import io.tabellion.stop.Stop;
import io.tabellion.stop.StopKeeper;
import io.tabellion.stop.Stops;
import io.tabellion.stop.Traffic;
import io.tabellion.terminal.Mistakes;
import io.tabellion.testing.StopLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A log is copied while it is written, and a verified copy gets a successor that names it. */
@Tag("unit")
class BackupCommandTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void copiesOfARunningLogAreWholeWhateverIsAppendedMeanwhile() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    try (FileAuditLog log = open("log")) {
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                while (!done.get()) {
                  append(log, 20_000);
                }
              });
      for (int i = 0; i < 8; i++) {
        long before = log.reader().size();
        while (!Files.exists(folder.resolve("log/checkpoint"))
            || log.reader().size() < before + 20) {
          assertThat(log.reader().awaitSize(log.reader().size(), Duration.ofSeconds(10))).isTrue();
        }
        assertThat(run("backup", "--log", folder.resolve("log").toString(), copy(i).toString()))
            .as(err.toString())
            .isZero();
      }
      done.set(true);
      writer.join();
    }
    for (int i = 0; i < 8; i++) {
      Report report = new Verification(copy(i), null, null, null, null, null).run();
      assertThat(report.verified()).as(report.text()).isTrue();
      assertThat(report.notes()).allMatch(note -> note.what().contains("from elsewhere"));
    }
  }

  @Test
  void aRestoredCopyGetsASuccessorThatNamesItAndHasItsPins() throws Exception {
    String size = backUp();
    assertThat(run(restore())).as(err.toString()).isZero();
    try (FileAuditLog next =
        FileAuditLog.open(settings("next", "audit.example/next"), CLOCK, new Metrics())) {
      Leaf first = next.reader().read(0).leaf();
      assertThat(first.kind()).isEqualTo(EntryKind.FREEZE);
      assertThat(first.facts().text(Fact.DETAIL))
          .startsWith("log=audit.example/log size=" + size + " segments=");
    }
    assertThat(folder.resolve("next/pins/sample.json")).hasContent("{}");
    assertThat(Files.readString(folder.resolve("next/keys/log.vkey")))
        .isNotEqualTo(Files.readString(folder.resolve("log/keys/log.vkey")));
  }

  /** Killed before the snapshot knew: what the entries behind it tell comes along. */
  @Test
  void aRestoredCopyHasPinsThatOnlyItsEntriesTell() throws Exception {
    Path pins = folder.resolve("log/pins");
    try (FileAuditLog log = open("log")) {
      Pins first = pins(log);
      try (PinKeeper _ = PinKeeper.open(new FileDisk(), pins, log.reader(), first)) {
        see(log, first, "get", "Gets.");
      }
      Path snapshot = pins.resolve("snapshot");
      byte[] stale = Files.readAllBytes(snapshot);
      Pins second = pins(log);
      try (PinKeeper _ = PinKeeper.open(new FileDisk(), pins, log.reader(), second)) {
        see(log, second, "get", "Gets, and sends.");
        see(log, second, "put", "Puts.");
      }
      Files.write(snapshot, stale);
    }
    assertThat(run("backup", "--log", folder.resolve("log").toString(), copy(0).toString()))
        .as(err.toString())
        .isZero();
    assertThat(run(restore())).as(err.toString()).isZero();
    assertThat(err.toString()).isEmpty();
    for (int start = 0; start < 2; start++) {
      try (FileAuditLog next = open("next")) {
        Pins after = pins(next);
        PinKeeper.open(new FileDisk(), folder.resolve("next/pins"), next.reader(), after).close();
        assertThat(after.list()).extracting(Pin::tool).containsExactly("get", "put");
        assertThat(after.find("crm", "", "get").orElseThrow().quarantined()).isTrue();
        assertThat(after.find("crm", "", "put").orElseThrow().quarantined()).isFalse();
      }
      Files.delete(folder.resolve("next/pins/snapshot")); // and what is before stays
    }
  }

  /** Restored and frozen logs alike: what was stopped stays stopped. */
  @Test
  void aSuccessorHasTheStopsThatHeld() throws Exception {
    Stop stop;
    try (FileAuditLog log = open("log")) {
      var operator = new StopLog(new Stops(new MemoryState(CLOCK)), Traffic.NONE, log, CLOCK);
      operator.lift(operator.set(Selector.ALL, null));
      stop = operator.set(Selector.of("", "", "crm", "", false), null);
    }
    assertThat(run("backup", "--log", folder.resolve("log").toString(), copy(0).toString()))
        .isZero();
    assertThat(run(restore())).as(err.toString()).isZero();
    assertThat(
            run(
                "freeze",
                "--log",
                folder.resolve("log").toString(),
                "--into",
                folder.resolve("frozen").toString(),
                "--origin",
                "audit.example/frozen"))
        .as(err.toString())
        .isZero();
    assertThat(err.toString()).isEmpty();
    for (String name : List.of("next", "frozen")) {
      try (FileAuditLog next = open(name)) {
        Stops stops = new Stops(new MemoryState(CLOCK));
        StopKeeper.open(
                new FileDisk(),
                folder.resolve(name).resolve("stops"),
                new StopKeeper.Source(next.reader(), next),
                next.keyedHash(),
                stops,
                CLOCK)
            .close();
        assertThat(stops.look().stops()).extracting(Stop::id).containsExactly(stop.id());
      }
    }
  }

  private static Pins pins(FileAuditLog log) {
    return new Pins(
        new MemoryState(CLOCK), CLOCK, PinSettings.DEFAULT, tree -> tree, log.keyedHash());
  }

  private static void see(FileAuditLog log, Pins pins, String tool, String description)
      throws InterruptedException {
    Changes changes = pins.changes();
    PinDraft draft = pins.draft(new Source("crm", "u1", "2025-06-18"), changes);
    Json.Obj definition = Json.Obj.EMPTY.with("description", new Json.Text(description));
    Sighting sighting = draft.see(tool, definition);
    boolean changed = sighting.change() == Sighting.Change.CHANGED;
    Facts.Builder facts =
        Facts.builder()
            .put(Fact.SERVER, "crm")
            .put(Fact.DECISION, changed ? Disposition.QUARANTINED : Disposition.ALLOWED);
    Entry entry =
        new Entry(
            EntryId.next(CLOCK),
            changed ? EntryKind.PIN_CHANGED : EntryKind.PIN_SEEN,
            PinEntries.facts(facts, pins, sighting.pin(), sighting.definition()).build(),
            new Entry.Content("application/json", JsonWriter.write(definition)));
    pins.commit(changes, log, List.of(entry));
    draft.recorded();
  }

  @Test
  void aCopyIsNotChangedByBeingRestoredAndCanBeRestoredAgainElsewhere() throws Exception {
    backUp();
    List<String> before = contents(copy(0));
    assertThat(run(restore())).as(err.toString()).isZero();
    assertThat(contents(copy(0))).isEqualTo(before);
    assertThat(run(restore())).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(folder.resolve("next") + ": not empty (expected: a new directory)\n");
    String[] elsewhere = restore();
    elsewhere[3] = folder.resolve("other").toString();
    assertThat(run(elsewhere)).as(err.toString()).isZero();
  }

  @Test
  void aLogThatCanGoOnIsEndedByBeingRestored() throws Exception {
    backUp();
    String[] itself = restore();
    itself[1] = folder.resolve("log").toString();
    try (FileAuditLog _ = open("log")) {
      assertThat(run(itself)).isEqualTo(2);
      assertThat(err.toString()).contains("a server has this log (expected: a backup)");
    }
    assertThat(run(itself)).as(err.toString()).isZero();
    assertThatExceptionOfType(AuditDamagedException.class)
        .isThrownBy(() -> open("log"))
        .withMessageContaining("frozen");
  }

  private static List<String> contents(Path folder) throws IOException {
    List<String> contents = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        contents.add(
            file + " " + Hash.ofBytes(ByteString.copyFrom(Files.readAllBytes(file))).hex());
      }
    }
    return contents;
  }

  @Test
  void aCopyHasNoSigningKeyAndItsFilesAreForTheOwnerOnly() throws Exception {
    backUp();
    assertThat(copy(0).resolve("keys/log.key")).doesNotExist();
    try (Stream<Path> files = Files.walk(copy(0))) {
      for (Path secret :
          files
              .filter(Files::isRegularFile)
              .filter(file -> !List.of("format", "checkpoint", "log.vkey").contains(name(file)))
              .toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
            .as(secret.toString())
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void aChangedCopyIsNotRestored() throws Exception {
    backUp();
    Path segment = copy(0).resolve("segments/0000000000000000.seg");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[4096 + 300] ^= 1;
    Files.write(segment, bytes);
    assertThat(run(restore())).isEqualTo(1);
    assertThat(err.toString()).contains("not verified", "nothing was made");
    assertThat(folder.resolve("next")).doesNotExist();
  }

  @Test
  void whatCannotBeDoneSaysWhy() throws Exception {
    backUp();
    assertThat(run("backup", "--log", folder.resolve("log").toString(), copy(0).toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains(copy(0) + ": not empty (expected: a new directory)");
    assertThat(run("backup", "--log", folder.resolve("none").toString(), copy(1).toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("none/format: not found");
    assertThat(copy(1)).doesNotExist();
  }

  /** Makes a log with content and pins and a copy of it; returns how many entries it has. */
  private String backUp() throws Exception {
    String size;
    try (FileAuditLog log = open("log")) {
      for (int i = 0; i < 5; i++) {
        append(log, 1000);
      }
      size = String.valueOf(log.reader().size() + 1); // and the stop
    }
    Files.createDirectories(folder.resolve("log/pins"));
    Files.writeString(folder.resolve("log/pins/sample.json"), "{}");
    assertThat(run("backup", "--log", folder.resolve("log").toString(), copy(0).toString()))
        .as(err.toString())
        .isZero();
    return size;
  }

  private String[] restore() {
    return new String[] {
      "restore",
      copy(0).toString(),
      "--into",
      folder.resolve("next").toString(),
      "--origin",
      "audit.example/next"
    };
  }

  private Path copy(int number) {
    return folder.resolve("copy" + number);
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private int run(String... arguments) {
    return Mistakes.in(new CommandLine(new AuditCommand()))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static void append(FileAuditLog log, int size) {
    Entry.Content content = new Entry.Content("text/plain", ByteString.copyFrom(new byte[size]));
    try {
      log.append(
          List.of(
              new Entry(EntryId.next(CLOCK), EntryKind.REFUSED, Facts.builder().build(), content)));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private FileAuditLog open(String name) throws IOException {
    return FileAuditLog.open(settings(name, "audit.example/" + name), CLOCK, new Metrics());
  }

  private LogSettings settings(String name, String origin) {
    return LogSettings.of(folder.resolve(name), origin, "0.1.0").withSegments(3 * MIB, MIB);
  }
}

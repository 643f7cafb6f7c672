package io.tabellion.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.tabellion.parties.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packages import what docs/rooms.txt says, and nothing else. */
@Tag("unit")
class RoomsTest {
  private static final Path ROOT = Checkout.root();
  private static final Path DOCUMENT = ROOT.resolve("docs/architecture.md");
  private static final String OURS = "io.tabellion.";

  @Test
  void everyPackageHasItsRow() throws IOException {
    Set<String> packages =
        new TreeSet<>(Set.of("audit.v1", "pins.v1", "approval.v1", "stops.v1", "console.v1"));
    sources().forEach((name, _) -> packages.add(Rooms.room(packageOf(name))));

    assertThat(table().rooms().stream().map(Rooms.Room::name).toList())
        .as("rows of %s (expected: one for each package of */src/main/java)", Rooms.FILE)
        .containsExactlyInAnyOrderElementsOf(packages);
  }

  @Test
  void everyRoomStandsInItsModule() throws IOException {
    Rooms rooms = table();

    sources()
        .forEach((name, module) ->
            assertThat(rooms.find(Rooms.room(packageOf(name))).module())
                .as(name)
                .isEqualTo(module));
  }

  /** P6: with {@link #everyRoomStandsInItsModule}, its jar has no other classes. */
  @Test
  void theVerifierIsAModuleOfItsOwn() throws IOException {
    assertThat(table().rooms().stream().filter(room -> room.module().equals("verifier")))
        .extracting(Rooms.Room::name, Rooms.Room::imports)
        .containsExactly(tuple("audit.verify", List.of()));
  }

  @Test
  void noArrowGoesUp() throws IOException {
    assertThat(table().upward()).isEmpty();
  }

  @Test
  void classesImportWhatTheTablePermits() throws IOException {
    assertThat(differences(table(), imports())).isEmpty();
  }

  @Test
  void theDocumentHasTheTable() throws IOException {
    String written = Files.readString(DOCUMENT);
    String expected = table().in(written);
    if ("write".equals(System.getProperty("rooms"))) {
      Files.writeString(DOCUMENT, expected);
      return;
    }
    assertThat(written.equals(expected))
        .as("docs/architecture.md has the table (else: ./tabellion test RoomsTest -Drooms=write)")
        .isTrue();
  }

  /** A walk goes one way, file by file: no two classes there need each other, by whatever way. */
  @ParameterizedTest
  @ValueSource(strings = {"inspect", "session", "state", "approval"})
  void insideTheseRoomsArrowsGoOneWay(String room) throws IOException {
    assertThat(circles(needs(OURS + room))).isEmpty();
  }

  @Test
  void aCircleIsFound() {
    assertThat(circles(Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("d")))).isEmpty();
    assertThat(
            circles(
                Map.of(
                    "a", Set.of("b"), "b", Set.of("c"), "c", Set.of("b", "d"), "e", Set.of("a"))))
        .containsExactly("b", "c");
  }

  /** The classes that need themselves by way of others. */
  private static Set<String> circles(Map<String, Set<String>> needs) {
    return needs.keySet().stream()
        .filter(name -> reached(name, needs).contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> reached(String from, Map<String, Set<String>> needs) {
    Set<String> reached = new TreeSet<>();
    Deque<String> next = new ArrayDeque<>(needs.getOrDefault(from, Set.of()));
    while (!next.isEmpty()) {
      String name = next.pop();
      if (reached.add(name)) {
        next.addAll(needs.getOrDefault(name, Set.of()));
      }
    }
    return reached;
  }

  /** What each top-level class of a package needs of its package. */
  private static Map<String, Set<String>> needs(String name) throws IOException {
    Set<String> ours = sources().keySet();
    Map<String, Set<String>> needs = new TreeMap<>();
    for (JavaClass type : new ClassFileImporter().importPackages(name)) {
      String from = topLevel(type);
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass other = dependency.getTargetClass().getBaseComponentType();
        String to = topLevel(other);
        if (ours.contains(from) && other.getPackageName().equals(name) && !to.equals(from)) {
          needs.computeIfAbsent(from, _ -> new TreeSet<>()).add(to);
        }
      }
    }
    return needs;
  }

  @Test
  void whatIsWrongIsFound() {
    Rooms rooms =
        Rooms.of(
            """
            # a comment
            [server]
            edge | the edge | line, +grpc
            line | the line | deep
            deep | deep down | nothing
            """
                .lines());

    assertThat(differences(rooms, Map.of("edge", Set.of("line", "+grpc"), "line", Set.of("deep"))))
        .isEmpty();
    assertThat(differences(rooms, Map.of("edge", Set.of("line", "+grpc"), "line", Set.of("+grpc"))))
        .containsExactly(
            "line imports +grpc (expected: deep)", "line does not import deep (expected: it does)");
    assertThat(rooms.upward()).isEmpty();
    assertThat(Rooms.of(Stream.of("[m]", "a | x | b", "b | y | a")).upward())
        .containsExactly("b may import a, which stands above it");
    assertThat(Rooms.of(Stream.of("[m]", "a | x | a")).upward()).hasSize(1);
    assertThat(Rooms.of(Stream.of("[m]", "a | x | c")).upward())
        .containsExactly("a may import c, which has no row");
  }

  /** What is imported and not permitted, and what is permitted and not imported. */
  private static List<String> differences(Rooms rooms, Map<String, Set<String>> imports) {
    return rooms.rooms().stream()
        .flatMap(room -> {
          Set<String> used = imports.getOrDefault(room.name(), Set.of());
          String permitted = room.importsText();
          return Stream.concat(
              used.stream()
                  .filter(other -> !room.imports().contains(other))
                  .sorted()
                  .map(other ->
                      "%s imports %s (expected: %s)".formatted(room.name(), other, permitted)),
              room.imports().stream()
                  .filter(other -> !used.contains(other))
                  .map(other ->
                      "%s does not import %s (expected: it does)".formatted(room.name(), other)));
        })
        .toList();
  }

  private static Rooms table() throws IOException {
    try (Stream<String> lines = Files.lines(ROOT.resolve(Rooms.FILE))) {
      return Rooms.of(lines);
    }
  }

  /** What classes of production code depend on, by room, read from class files. */
  private static Map<String, Set<String>> imports() throws IOException {
    Set<String> ours = sources().keySet();
    Map<String, Set<String>> imports = new TreeMap<>();
    for (JavaClass type : new ClassFileImporter().importPackages("io.tabellion")) {
      if (ours.contains(topLevel(type))) {
        String room = Rooms.room(type.getPackageName());
        Set<String> others = imports.computeIfAbsent(room, _ -> new TreeSet<>());
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          String other = room(dependency.getTargetClass().getBaseComponentType());
          if (other != null && !other.equals(room)) {
            others.add(other);
          }
        }
      }
    }
    assertThat(imports).hasSizeGreaterThan(40);
    return imports;
  }

  /** The room of a class, or the mark of its library; null if the table is not about it. */
  private static @Nullable String room(JavaClass type) {
    String name = type.getName();
    if (type.getPackageName().concat(".").startsWith(OURS)) {
      return Rooms.room(type.getPackageName());
    }
    if (name.equals("com.google.protobuf.ByteString")
        || name.startsWith("com.google.protobuf.ByteString$")) {
      return null;
    }
    return Rooms.LIBRARIES.entrySet().stream()
        .filter(library -> name.startsWith(library.getValue()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  private static String topLevel(JavaClass type) {
    return type.getEnclosingClass().map(RoomsTest::topLevel).orElseGet(type::getName);
  }

  private static String packageOf(String type) {
    return type.substring(0, type.lastIndexOf('.'));
  }

  /** Top-level classes of production code, each with its module. */
  private static Map<String, String> sources() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .filter(module -> Files.isDirectory(module.resolve("src/main/java")))
          .flatMap(RoomsTest::sources)
          .collect(
              Collectors.toMap(
                  RoomsTest::className,
                  source -> ROOT.relativize(source).getName(0).toString(),
                  (one, _) -> one,
                  TreeMap::new));
    }
  }

  private static Stream<Path> sources(Path module) {
    try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("package-info.java"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String className(Path source) {
    Path inside = source.subpath(ROOT.getNameCount() + 4, source.getNameCount());
    return Stream.iterate(0, i -> i < inside.getNameCount(), i -> i + 1)
        .map(inside::getName)
        .map(Path::toString)
        .collect(Collectors.collectingAndThen(Collectors.joining("."), RoomsTest::withoutEnding));
  }

  private static String withoutEnding(String name) {
    return name.substring(0, name.length() - ".java".length());
  }
}

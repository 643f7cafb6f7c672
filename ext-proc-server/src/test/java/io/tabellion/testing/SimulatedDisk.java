package io.tabellion.testing;

import io.tabellion.durable.Disk;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that knows what was forced, and can say what a crash may leave: of each page
 * that was written since, the old bytes, the new ones, or a page that is half of each; of each size
 * and name, the old or the new one; in any combination.
 *
 * <p>Thread-safe: guarded by itself. The observer runs under that guard, after each call that
 * changed something.
 */
public final class SimulatedDisk implements Disk {
  private static final int PAGE = 4096;
  private static final int SECTOR = 512;

  private final Folder root = new Folder();
  private Consumer<SimulatedDisk> observer = _ -> {};
  private boolean forcesFiles = true;
  private boolean forcesFolders = true;
  private @Nullable String failing;
  private long usable = Long.MAX_VALUE;
  private long read;

  private sealed interface Node {}

  private static final class Folder implements Node {
    private Map<String, Node> durable = new TreeMap<>();
    private final Map<String, Node> current = new TreeMap<>();
    private final List<Map<String, @Nullable Node>> pending = new ArrayList<>();

    void change(Map<String, @Nullable Node> names) {
      pending.add(names);
      apply(names, current);
    }

    static void apply(Map<String, @Nullable Node> names, Map<String, Node> target) {
      names.forEach((name, node) -> {
        if (node == null) {
          target.remove(name);
        } else {
          target.put(name, node);
        }
      });
    }
  }

  private static final class Data implements Node {
    private byte[] durable = new byte[0];
    private byte[] current = new byte[0];
    private final BitSet dirty = new BitSet();
  }

  /** Calls {@code then} after each call that changed something. */
  public synchronized void observe(Consumer<SimulatedDisk> then) {
    observer = then;
  }

  /** Makes forcing files a no-op: what a forgotten fsync is. */
  public synchronized SimulatedDisk withoutForcingFiles() {
    forcesFiles = false;
    return this;
  }

  /** Makes forcing folders a no-op. */
  public synchronized SimulatedDisk withoutForcingFolders() {
    forcesFolders = false;
    return this;
  }

  /** Makes the named operation fail from now on: {@code write}, {@code force}; null: none. */
  public synchronized void fail(@Nullable String operation) {
    failing = operation;
  }

  /** Sets the room that is left: creating more than that fails. */
  public synchronized void limit(long bytes) {
    usable = bytes;
  }

  /** Returns how many bytes were read so far. */
  public synchronized long bytesRead() {
    return read;
  }

  /** What a crash now may leave: every combination if they are few, else a seeded choice. */
  public synchronized List<SimulatedDisk> crashImages(long seed, int most) {
    List<Integer> units = new ArrayList<>(); // number of variants of each independent unit
    count(root, units);
    long all = 1;
    for (int variants : units) {
      all = Math.min(all * variants, Integer.MAX_VALUE);
    }
    List<int[]> choices = all <= most ? every(units) : some(units, most, new Random(seed));
    return choices.stream().map(this::image).toList();
  }

  private static List<int[]> every(List<Integer> units) {
    List<int[]> choices = new ArrayList<>(List.of(new int[units.size()]));
    for (int unit = 0; unit < units.size(); unit++) {
      List<int[]> more = new ArrayList<>();
      for (int[] choice : choices) {
        for (int variant = 1; variant < units.get(unit); variant++) {
          int[] other = choice.clone();
          other[unit] = variant;
          more.add(other);
        }
      }
      choices.addAll(more);
    }
    return choices;
  }

  private static List<int[]> some(List<Integer> units, int most, Random random) {
    int size = units.size();
    List<int[]> choices = new ArrayList<>();
    choices.add(new int[size]);
    choices.add(IntStream.range(0, size).map(_ -> 1).toArray());
    while (choices.size() < most) {
      int[] choice = new int[size];
      int kind = random.nextInt(3); // one new, one old or torn, or anything
      Arrays.fill(choice, kind == 1 ? 1 : 0);
      int one = random.nextInt(size);
      choice[one] = kind == 1 ? Math.floorMod(2 + random.nextInt(3), units.get(one)) : 1;
      for (int unit = 0; kind == 2 && unit < size; unit++) {
        choice[unit] = random.nextInt(units.get(unit));
      }
      choices.add(choice);
    }
    return choices;
  }

  private static void count(Folder folder, List<Integer> units) {
    folder.pending.forEach(_ -> units.add(2));
    for (Node node : reachable(folder)) {
      switch (node) {
        case Folder child -> count(child, units);
        case Data file -> {
          if (file.current.length != file.durable.length) {
            units.add(2);
          }
          file.dirty.stream().forEach(_ -> units.add(4));
        }
      }
    }
  }

  /** Whatever a crash may leave under a name of this folder, each once, in a fixed order. */
  private static List<Node> reachable(Folder folder) {
    List<Node> nodes = new ArrayList<>(folder.durable.values());
    folder.pending.forEach(change ->
        change.forEach((_, node) -> {
          if (node != null) {
            nodes.add(node);
          }
        }));
    return nodes.stream().distinct().toList();
  }

  private SimulatedDisk image(int[] choice) {
    SimulatedDisk image = new SimulatedDisk();
    Folder copy = copy(root, new int[] {0}, choice);
    image.root.current.putAll(copy.current);
    image.root.durable.putAll(copy.durable);
    return image;
  }

  private static Folder copy(Folder folder, int[] next, int[] choice) {
    Map<String, Node> names = new TreeMap<>(folder.durable);
    for (Map<String, @Nullable Node> change : folder.pending) {
      if (choice[next[0]++] == 1) {
        Folder.apply(change, names);
      }
    }
    Map<Node, Node> copies = new HashMap<>();
    for (Node node : reachable(folder)) {
      copies.put(
          node,
          switch (node) {
            case Folder child -> copy(child, next, choice);
            case Data file -> copy(file, next, choice);
          });
    }
    Folder result = new Folder();
    names.forEach((name, node) -> result.current.put(name, notNull(copies.get(node))));
    result.durable.putAll(result.current);
    return result;
  }

  private static Data copy(Data file, int[] next, int[] choice) {
    boolean grew = file.current.length != file.durable.length;
    int size = grew && choice[next[0]++] == 0 ? file.durable.length : file.current.length;
    Data result = new Data();
    result.durable = Arrays.copyOf(file.durable, size);
    file.dirty.stream()
        .forEach(page -> {
          int variant = choice[next[0]++];
          int start = page * PAGE;
          int split = SECTOR * (1 + page % 7);
          switch (variant) {
            case 1 -> paste(file.current, result.durable, start, start + PAGE);
            case 2 -> paste(file.current, result.durable, start, start + split);
            case 3 -> paste(file.current, result.durable, start + split, start + PAGE);
            default -> {} // the old page
          }
        });
    result.current = result.durable.clone();
    return result;
  }

  private static void paste(byte[] from, byte[] to, int start, int end) {
    int length = Math.min(end, Math.min(from.length, to.length)) - start;
    if (length > 0) {
      System.arraycopy(from, start, to, start, length);
    }
  }

  @Override
  public synchronized void createFolder(Path folder, Access access) throws IOException {
    if (find(folder) instanceof Folder) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      createFolder(parent, access);
      parent(folder).change(change(name(folder), new Folder()));
      changed();
      forceFolder(parent);
    }
  }

  @Override
  public synchronized List<String> list(Path folder) {
    return find(folder) instanceof Folder found ? List.copyOf(found.current.keySet()) : List.of();
  }

  @Override
  public synchronized boolean exists(Path path) {
    return find(path) != null;
  }

  @Override
  public synchronized DiskFile create(Path file, Access access) throws IOException {
    if (find(file) != null) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Data data = new Data();
    parent(file).change(change(name(file), data));
    changed();
    return new Open(file, data);
  }

  @Override
  public synchronized DiskFile open(Path file) throws IOException {
    return openToRead(file);
  }

  @Override
  public synchronized DiskFile openToRead(Path file) throws IOException {
    if (find(file) instanceof Data data) {
      return new Open(file, data);
    }
    throw new FileNotFoundException(file.toString());
  }

  @Override
  public @Nullable String excessOf(Path file) {
    return null;
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    Node node = find(from);
    if (node == null || !parent(from).equals(parent(to))) {
      throw new FileNotFoundException(from.toString());
    }
    Map<String, @Nullable Node> names = change(name(from), null);
    names.put(name(to), node);
    parent(from).change(names);
    changed();
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    if (find(file) != null) {
      parent(file).change(change(name(file), null));
      changed();
    }
  }

  @Override
  public synchronized void forceFolder(Path folder) throws IOException {
    if (forcesFolders && find(folder) instanceof Folder found) {
      found.durable = new TreeMap<>(found.current);
      found.pending.clear();
    }
    changed();
  }

  @Override
  public long usable(Path folder) {
    return usable;
  }

  @Override
  public Lock lock(Path file) throws IOException {
    if (find(file) == null) {
      parent(file).change(change(name(file), new Data()));
    }
    Node node = notNull(find(file));
    return new Lock() {
      @Override
      public void requireInPlace() throws IOException {
        SimulatedDisk.this.requireInPlace(file, node);
      }

      @Override
      public void close() {}
    };
  }

  private synchronized void requireInPlace(Path file, Node node) throws IOException {
    if (!node.equals(find(file))) {
      throw new DisplacedException(file);
    }
  }

  private void changed() {
    observer.accept(this);
  }

  private @Nullable Node find(Path path) {
    Node node = root;
    for (Path name : path) {
      node = node instanceof Folder folder ? folder.current.get(name.toString()) : null;
    }
    return node;
  }

  private Folder parent(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent != null && find(parent) instanceof Folder folder) {
      return folder;
    }
    throw new FileNotFoundException(path.toString());
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private static Map<String, @Nullable Node> change(String name, @Nullable Node node) {
    Map<String, @Nullable Node> names = new TreeMap<>();
    names.put(name, node);
    return names;
  }

  private static Node notNull(@Nullable Node node) {
    if (node == null) {
      throw new AssertionError("a name without a node");
    }
    return node;
  }

  private final class Open implements DiskFile {
    private final Path file;
    private final Data data;

    Open(Path file, Data data) {
      this.file = file;
      this.data = data;
    }

    @Override
    public void requireInPlace() throws IOException {
      SimulatedDisk.this.requireInPlace(file, data);
    }

    @Override
    public long size() {
      synchronized (SimulatedDisk.this) {
        return data.current.length;
      }
    }

    @Override
    public void read(ByteBuffer target, long position) {
      synchronized (SimulatedDisk.this) {
        int length = Math.clamp(data.current.length - position, 0, target.remaining());
        if (length > 0) {
          read += length;
          target.put(data.current, (int) position, length);
        }
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (SimulatedDisk.this) {
        failIf("write");
        int start = (int) position;
        int end = start + source.remaining();
        if (end > data.current.length) {
          data.current = Arrays.copyOf(data.current, end);
        }
        source.get(data.current, start, end - start);
        if (end > start) {
          data.dirty.set(start / PAGE, (end - 1) / PAGE + 1);
          changed();
        }
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (SimulatedDisk.this) {
        failIf("force");
        if (forcesFiles) {
          data.durable = data.current.clone();
          data.dirty.clear();
        }
        changed();
      }
    }

    @Override
    public void close() {}

    private void failIf(String operation) throws IOException {
      if (operation.equals(failing)) {
        throw new IOException(operation + ": Input/output error");
      }
    }
  }
}

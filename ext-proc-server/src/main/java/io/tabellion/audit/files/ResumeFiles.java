package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.checkpoint.VerifierKey;
import io.tabellion.audit.merkle.Frontier;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Disk.DiskFile;
import io.tabellion.durable.Durably;
import io.tabellion.secret.KeyedHash;
import io.tabellion.secret.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a start needs to know of the part of the log that it does not read (docs/audit-format.md
 * §10): derived, and made again when it is missing or wrong.
 *
 * <pre>
 * resume/nodes    roots of the complete blocks of 256 leaves, 32 bytes each; only grows
 * resume/places   where every 16th group begins: first leaf, segment, offset; only grows
 * resume/state    head, places and digests of the two, what the log itself remembers; replaced
 * </pre>
 *
 * <p>Thread-safe; {@link #note} never waits.
 */
final class ResumeFiles {
  private static final System.Logger LOG = System.getLogger(ResumeFiles.class.getName());
  private static final String NODES = "nodes";
  private static final String PLACES = "places";
  private static final String STATE = "state";
  private static final String LABEL = "resume/v1";
  private static final int PLACE = 3 * Long.BYTES;
  private static final int MAC = 64;
  private static final int MOST_STATE = 256 << 20;
  private static final int CHUNK = 1 << 20;

  private final Disk disk;
  private final Path folder;
  private final KeyedHash mac;
  private final String identity;

  private volatile @Nullable Noted noted; // the newest, not saved yet
  private MessageDigest nodes =
      Sha256.begin(); // of what is saved; guarded by this, as what follows
  private MessageDigest places = Sha256.begin();
  private long nodesSaved;
  private long placesSaved;
  private boolean distrusted;

  /** A state with what the log itself remembers. */
  private record Noted(StoreState state, ByteString memory) {}

  /**
   * What a start goes on from.
   *
   * @param memory what the log itself remembers
   */
  record Resumed(
      StoreState state, TreeIndex tree, GroupIndex index, Frontier frontier, ByteString memory) {}

  /**
   * Knows the files of a log.
   *
   * @param folder of their own
   * @param mac under a key of the log: only who has it can make such files
   * @param identity what else must be as it was: they are not used where it is not
   */
  ResumeFiles(Disk disk, Path folder, KeyedHash mac, String identity) {
    this.disk = disk;
    this.folder = folder;
    this.mac = mac;
    this.identity = identity;
  }

  /** Reads what was saved last; empty if there is nothing that can be trusted. Changes nothing. */
  Optional<Resumed> load(VerifierKey key) {
    try {
      return disk.exists(folder.resolve(STATE)) ? read(key) : Optional.empty();
    } catch (IOException | RuntimeException e) {
      LOG.log(
          Level.WARNING, "{0}: cannot be used: {1}; the whole log is read", folder, e.toString());
      return Optional.empty();
    }
  }

  /** Takes note of a state that is durable; it is saved by the next {@link #save}. */
  void note(StoreState state, ByteString memory) {
    noted = new Noted(state, memory);
  }

  /** Saves what was noted last, if it is not saved yet. What is saved is durable. */
  synchronized void save(FileStore store) throws IOException {
    Noted next = noted;
    if (next == null || distrusted) {
      return;
    }
    disk.createFolder(folder, Disk.Access.SECRET);
    ByteString moreNodes = store.blockRoots(nodesSaved, next.state().blocks());
    ByteString morePlaces = placesOf(store, next.state());
    append(NODES, nodesSaved * Hash.SIZE, moreNodes);
    append(PLACES, placesSaved * PLACE, morePlaces);
    nodes.update(moreNodes.asReadOnlyByteBuffer());
    places.update(morePlaces.asReadOnlyByteBuffer());
    nodesSaved = next.state().blocks();
    placesSaved += morePlaces.size() / PLACE;
    ByteString state = encode(next);
    ByteString signed = ByteString.copyFromUtf8(mac.of(LABEL, state)).concat(state);
    Durably.replace(disk, folder.resolve(STATE), signed, Disk.Access.SECRET);
    if (next.equals(noted)) {
      noted = null;
    }
  }

  /** Throws away what is saved and saves no more, so that the next start reads the whole log. */
  synchronized void distrust() {
    distrusted = true;
    forget();
  }

  /** Throws away what is saved, to save it anew. */
  synchronized void forget() {
    nodes = Sha256.begin();
    places = Sha256.begin();
    nodesSaved = 0;
    placesSaved = 0;
    try {
      for (String name : List.of(STATE, NODES, PLACES)) {
        disk.delete(folder.resolve(name));
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0}: cannot be removed: {1}", folder, e.toString());
    }
  }

  private ByteString placesOf(FileStore store, StoreState state) {
    List<GroupIndex.Entry> more = store.placesFrom(placesSaved, state.groups());
    ByteBuffer bytes = ByteBuffer.allocate(more.size() * PLACE);
    for (GroupIndex.Entry entry : more) {
      bytes
          .putLong(entry.firstIndex())
          .putLong(entry.place().segment())
          .putLong(entry.place().offset());
    }
    return ByteString.copyFrom(bytes.flip());
  }

  private void append(String name, long at, ByteString bytes) throws IOException {
    Path file = folder.resolve(name);
    if (!disk.exists(file)) {
      disk.create(file, Disk.Access.SECRET).close();
      disk.forceFolder(folder);
    }
    if (!bytes.isEmpty()) {
      try (DiskFile target = disk.open(file)) {
        target.write(bytes.asReadOnlyByteBuffer(), at);
        target.force();
      }
    }
  }

  private ByteString encode(Noted next) throws IOException {
    StoreState state = next.state();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    put(out, identity.getBytes(StandardCharsets.UTF_8));
    put(out, state.head().note().toByteArray());
    out.writeLong(state.groups());
    put(out, state.newest());
    put(out, state.end());
    out.writeInt(state.tail().size());
    for (Hash hash : state.tail()) {
      out.write(hash.bytes().toByteArray());
    }
    out.writeLong(nodesSaved);
    out.write(digest(nodes));
    out.writeLong(placesSaved);
    out.write(digest(places));
    put(out, next.memory().toByteArray());
    return ByteString.copyFrom(bytes.toByteArray());
  }

  private Optional<Resumed> read(VerifierKey key) throws IOException {
    ByteString all = Durably.read(disk, folder.resolve(STATE), MOST_STATE);
    if (all.size() < MAC || !all.substring(0, MAC).toStringUtf8().equals(macOf(all))) {
      return Optional.empty();
    }
    DataInputStream in = new DataInputStream(all.substring(MAC).newInput());
    if (!new String(take(in), StandardCharsets.UTF_8).equals(identity)) {
      return Optional.empty();
    }
    Optional<SignedCheckpoint> head = SignedCheckpoint.open(ByteString.copyFrom(take(in)), key);
    if (head.isEmpty()) {
      return Optional.empty();
    }
    long groups = in.readLong();
    Place newest = place(in);
    Place end = place(in);
    List<Hash> tail = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      tail.add(Hash.copyOf(ByteString.copyFrom(in.readNBytes(Hash.SIZE))));
    }
    long nodeCount = in.readLong();
    byte[] nodeDigest = in.readNBytes(Hash.SIZE);
    long placeCount = in.readLong();
    byte[] placeDigest = in.readNBytes(Hash.SIZE);
    ByteString memory = ByteString.copyFrom(take(in));
    ByteBuffer nodeBytes = read(NODES, nodeCount * Hash.SIZE, nodes);
    ByteBuffer placeBytes = read(PLACES, placeCount * PLACE, places);
    if (!Arrays.equals(digest(nodes), nodeDigest) || !Arrays.equals(digest(places), placeDigest)) {
      return Optional.empty();
    }
    nodesSaved = nodeCount;
    placesSaved = placeCount;
    StoreState state = new StoreState(head.get(), groups, newest, end, tail);
    return resumed(state, nodeBytes, placeBytes, memory);
  }

  /** Puts the tree together; empty if it is not the one that was signed. */
  private static Optional<Resumed> resumed(
      StoreState state, ByteBuffer nodes, ByteBuffer places, ByteString memory) {
    TreeIndex tree = new TreeIndex();
    Frontier blocks = Frontier.EMPTY;
    while (nodes.hasRemaining()) {
      Hash root = Hash.copyOf(ByteString.copyFrom(nodes, Hash.SIZE));
      tree.appendBlock(root);
      blocks = blocks.append(root);
    }
    Frontier frontier = new Frontier(blocks.size() * TreeIndex.BLOCK, blocks.roots());
    for (Hash leaf : state.tail()) {
      tree.append(leaf);
      frontier = frontier.append(leaf);
    }
    GroupIndex index = new GroupIndex();
    while (places.hasRemaining()) {
      index.add(places.getLong(), new Place(places.getLong(), places.getLong()));
    }
    return frontier.size() == state.size()
            && frontier.root().equals(state.head().checkpoint().root())
        ? Optional.of(new Resumed(state, tree, index, frontier, memory))
        : Optional.empty();
  }

  private ByteBuffer read(String name, long length, MessageDigest digest) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(length));
    if (length > 0) {
      try (DiskFile file = disk.openToRead(folder.resolve(name))) {
        for (int at = 0; at < length; at += CHUNK) {
          all.position(at).limit((int) Math.min(length, at + (long) CHUNK));
          file.read(all, at);
        }
      }
    }
    all.clear();
    digest.update(all.duplicate());
    return all;
  }

  private String macOf(ByteString all) {
    return mac.of(LABEL, all.substring(MAC));
  }

  private static void put(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] take(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }

  private static void put(DataOutputStream out, Place place) throws IOException {
    out.writeLong(place.segment());
    out.writeLong(place.offset());
  }

  private static Place place(DataInputStream in) throws IOException {
    return new Place(in.readLong(), in.readLong());
  }

  private static byte[] digest(MessageDigest running) {
    try {
      return ((MessageDigest) running.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256: cannot be copied", e);
    }
  }
}

package io.tabellion.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Adds to an OCI archive the one file that Docker before 25 looks for: {@code manifest.json}, which
 * names the same configuration and layers. Docker itself saves images so since 25.
 */
final class LoadableByAll {
  private static final String BLOBS = "blobs/sha256/";
  private static final int SMALL = 1 << 20;

  private LoadableByAll() {}

  /** Writes {@code out} from the archive; {@code out} is whole or not there. */
  static void rewrite(Path archive, String name, Path out) throws IOException {
    Path part = out.resolveSibling(out.getFileName() + ".part");
    try {
      try (var from = new TarArchiveInputStream(Files.newInputStream(archive));
          var to = new TarArchiveOutputStream(Files.newOutputStream(part))) {
        to.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        to.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        JsonNode manifest = copy(from, to);
        add(to, "manifest.json", list(manifest, name));
      }
      Files.move(part, out, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Copies all entries; returns the image's manifest, which is among them. */
  private static JsonNode copy(TarArchiveInputStream from, TarArchiveOutputStream to)
      throws IOException {
    JsonNode manifest = null;
    for (TarArchiveEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
      to.putArchiveEntry(entry);
      if (entry.getSize() < SMALL && entry.getName().startsWith(BLOBS)) {
        byte[] bytes = from.readAllBytes();
        to.write(bytes);
        if (bytes.length > 0 && bytes[0] == '{') {
          JsonNode json = JsonMapper.shared().readTree(bytes);
          manifest = json.has("layers") && json.has("config") ? json : manifest;
        }
      } else {
        from.transferTo(to);
      }
      to.closeArchiveEntry();
    }
    if (manifest == null) {
      throw new IllegalStateException("no manifest in what Jib wrote");
    }
    return manifest;
  }

  private static byte[] list(JsonNode manifest, String name) {
    List<String> layers =
        StreamSupport.stream(manifest.path("layers").spliterator(), false)
            .map(LoadableByAll::blob)
            .toList();
    Map<String, Object> image = new LinkedHashMap<>(); // in the same order each time
    image.put("Config", blob(manifest.path("config")));
    image.put("RepoTags", List.of(name));
    image.put("Layers", layers);
    return JsonMapper.shared().writeValueAsBytes(List.of(image));
  }

  private static String blob(JsonNode descriptor) {
    return BLOBS + descriptor.path("digest").asString("").replace("sha256:", "");
  }

  private static void add(TarArchiveOutputStream to, String name, byte[] bytes) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setModTime(0L);
    entry.setSize(bytes.length);
    to.putArchiveEntry(entry);
    to.write(bytes);
    to.closeArchiveEntry();
  }
}

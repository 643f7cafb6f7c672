package io.tabellion.dist;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Libraries in machine code that jars carry. In an image they are files, so that nothing has to be
 * written to the folder for temporary files and executed there: Docker's tmpfs forbids that.
 */
final class NativeLibraries {
  private NativeLibraries() {}

  /** The options of a JVM that finds them in a folder. */
  static List<String> options(String folder) {
    return List.of(
        "-Djava.library.path=" + folder,
        "-Dorg.sqlite.lib.path=" + folder,
        "-Dcom.amazon.corretto.crypto.provider.useExternalLib=true");
  }

  /** Puts those of this machine's kind into a folder of a tree. */
  static void into(Tree tree, String folder, List<Path> jars) throws IOException {
    String kind = System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86_64";
    for (Path jar : jars) {
      String name = jar.getFileName().toString();
      if (name.startsWith("sqlite-jdbc-")) {
        put(tree, folder, jar, "org/sqlite/native/Linux/" + kind + "/libsqlitejdbc.so");
      } else if (name.startsWith("AmazonCorrettoCryptoProvider-")) {
        put(
            tree,
            folder,
            jar,
            "com/amazon/corretto/crypto/provider/libamazonCorrettoCryptoProvider.so");
      }
    }
  }

  private static void put(Tree tree, String folder, Path jar, String entry) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry found = zip.getEntry(entry);
      if (found == null) {
        throw new DistException(jar + ": no " + entry + " (expected: it; a newer version?)");
      }
      try (InputStream bytes = zip.getInputStream(found)) {
        tree.write(folder + "/" + entry.substring(entry.lastIndexOf('/') + 1), bytes);
      }
    }
  }
}

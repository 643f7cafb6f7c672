package io.tabellion.bench.masking;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.mask.Masker;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.mask.rule.Masking;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reads, masks and writes a tool result of 2 MB, of each of {@link Shapes}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ShapesBenchmark {
  static final int SIZE = 2_000_000;

  /** What the result holds. */
  @Param("image of random data")
  public String shape = "";

  private final Masker masker =
      new Masker(
          new MaskKeys(new HmacKeyedHash(SecretBytes.copyOf(new byte[32])), "bench", 1), null);

  private ByteString message = ByteString.EMPTY;

  /** Makes the result. */
  @Setup
  public void prepare() {
    String result = Objects.requireNonNull(Shapes.results(SIZE).get(shape), shape);
    message = ByteString.copyFromUtf8(result);
  }

  /** What becomes of a result on its way. */
  @Benchmark
  public ByteString pass() {
    Json tree =
        new JsonReader(Limits.DEFAULT).read(message) instanceof Reading.Document(Json read)
            ? read
            : Json.Literal.NULL;
    masker.mask(tree, tree, Masking.baseline());
    return JsonWriter.write(tree);
  }
}

package io.tabellion.secret;

import java.nio.ByteBuffer;
import java.security.DrbgParameters;
import java.security.DrbgParameters.Capability;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Random bytes for keys, salts and nonces, without a call of the system for each: the platform's
 * {@code Hash_DRBG} with SHA-256 and a strength of 256 bits (NIST SP 800-90A §10.1.1).
 *
 * <p>Why that is as good as the system's own generator:
 *
 * <ul>
 *   <li>Whoever sees output can predict no other output, earlier or later. Whoever sees the memory
 *       of this process learns nothing of earlier output, because the state moves on by a hash
 *       after each request, and of later output only what comes before the next fresh seed.
 *   <li>32 bytes of the system's generator go into the state at the start, and again when the last
 *       ones are a second old or served 65,536 requests; SP 800-90A asks for that after 2^48. They
 *       are given as additional input, because the platform takes the entropy of a reseed from a
 *       generator in this process. Prediction resistance, which is fresh entropy for each request,
 *       would be the call of the system that this class saves.
 *   <li>A JVM does not fork into two that go on: a child process is another program. A snapshot of
 *       a virtual machine that is started twice does go on twice. Therefore each request also mixes
 *       in the clock in nanoseconds, and the two part for good at the next seed, after a second.
 * </ul>
 *
 * <p>Thread-safe. There are several generators, chosen by thread, so that threads seldom wait for
 * each other.
 */
public final class Drbg extends SecureRandom {
  private static final int STRENGTH = 256;
  private static final int FRESH_BYTES = STRENGTH / Byte.SIZE;
  private static final int STRIPES = 8; // a power of two
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int FRESH_REQUESTS = 1 << 16;

  private final transient SecureRandom system;
  private final transient Stripe[] stripes = new Stripe[STRIPES];

  /** Makes generators over the system's; each takes its first seed when it is first used. */
  public Drbg() {
    this(new SecureRandom());
  }

  Drbg(SecureRandom system) {
    super(null, null); // all that would ask an engine is overridden
    this.system = system;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  @Override
  public void nextBytes(byte[] bytes) {
    stripes[(int) Thread.currentThread().threadId() & (STRIPES - 1)].fill(bytes);
  }

  @Override
  public byte[] generateSeed(int size) {
    byte[] seed = new byte[size];
    nextBytes(seed);
    return seed;
  }

  /** Has every generator take fresh bytes of the system before it gives any more. */
  @Override
  public void reseed() {
    for (Stripe stripe : stripes) {
      stripe.expire();
    }
  }

  /** Does the same as {@link #reseed}; nobody's seed takes the place of the system's. */
  @Override
  public void setSeed(byte[] seed) {
    reseed();
  }

  @Override
  public void setSeed(long seed) {
    // The superclass calls this before there is anything to seed.
  }

  @Override
  public String getAlgorithm() {
    return "Hash_DRBG";
  }

  /** One generator. */
  private final class Stripe {
    // All of them under this:
    private @Nullable SecureRandom generator;
    private long freshAt;
    private int requests;

    synchronized void fill(byte[] bytes) {
      long now = System.nanoTime();
      SecureRandom ready = ready(now);
      requests++;
      byte[] clock = ByteBuffer.allocate(Long.BYTES).putLong(now).array();
      ready.nextBytes(bytes, DrbgParameters.nextBytes(-1, false, clock));
    }

    synchronized void expire() {
      requests = FRESH_REQUESTS;
    }

    private SecureRandom ready(long now) {
      SecureRandom known = generator;
      if (known == null) {
        known = seeded(fresh());
        generator = known;
      } else if (now - freshAt >= FRESH_NANOS || requests >= FRESH_REQUESTS) {
        known.reseed(DrbgParameters.reseed(false, fresh()));
      } else {
        return known;
      }
      freshAt = now;
      requests = 0;
      return known;
    }
  }

  private byte[] fresh() {
    byte[] bytes = new byte[FRESH_BYTES];
    system.nextBytes(bytes);
    return bytes;
  }

  private static SecureRandom seeded(byte[] personal) {
    try {
      return SecureRandom.getInstance(
          "DRBG", DrbgParameters.instantiation(STRENGTH, Capability.RESEED_ONLY, personal));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("DRBG: missing (every Java platform has it)", e);
    }
  }
}

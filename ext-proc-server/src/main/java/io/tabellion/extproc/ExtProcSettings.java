package io.tabellion.extproc;

import io.tabellion.identity.IdentitySettings;
import io.tabellion.inspect.Largest;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the ext_proc port is reached, what it takes, and who counts as a caller behind it.
 *
 * @param transport where Envoy connects, and how it is known to be Envoy
 * @param limits what is held in memory, and how long an upload may take
 * @param listeners by the name in {@code x-tabellion-listener}; {@code default} where Envoy sends
 *     none. A name that is not here has no callers.
 * @param vouching which proxies may speak for which listeners and servers
 * @param cold works for messages before the first that is done on a thread of the transport: so
 *     long the code is taken for not compiled yet
 */
public record ExtProcSettings(
    Transport transport,
    Limits limits,
    Map<String, IdentitySettings> listeners,
    Vouching vouching,
    int cold) {
  /** A walk takes a fraction of 1 ms after that many: measured. */
  private static final int COLD = 2_000;

  public ExtProcSettings {
    listeners = Map.copyOf(listeners);
  }

  /** Of a server that begins cold. */
  public ExtProcSettings(
      Transport transport, Limits limits, Map<String, IdentitySettings> listeners) {
    this(transport, limits, listeners, Vouching.ALL, COLD);
  }

  /** The same, where not every proxy may speak for all. */
  public ExtProcSettings with(Vouching who) {
    return new ExtProcSettings(transport, limits, listeners, who, cold);
  }

  /** Who may speak to the port is Envoy: identity arrives there as plain fields. */
  public sealed interface Transport {

    /** How entries name a peer that shows no certificate. */
    default String plainPeer() {
      return switch (this) {
        case UnixSocket _ -> "unix-socket";
        case MutualTls _ -> "unknown";
        case InsecureLoopback _ -> "loopback";
        case Mesh _ -> "mesh";
      };
    }

    /**
     * A Unix socket. Who may connect may speak as Envoy.
     *
     * @param group whose members may connect too; null for nobody but this process's user
     */
    record UnixSocket(Path path, @Nullable String group) implements Transport {}

    /**
     * TLS both ways.
     *
     * @param address to listen on
     * @param certificate our chain, PEM
     * @param key our key, PEM (PKCS#8)
     * @param clientCa who vouches for clients, PEM
     * @param allowedClients names of Envoys: a URI or DNS name of the certificate, or its common
     *     name where it has neither
     */
    record MutualTls(
        InetSocketAddress address,
        Path certificate,
        Path key,
        Path clientCa,
        Set<String> allowedClients)
        implements Transport {

      public MutualTls {
        allowedClients = Set.copyOf(allowedClients);
      }
    }

    /**
     * No protection: every process of this machine may forge entries.
     *
     * @param address on loopback
     */
    record InsecureLoopback(InetSocketAddress address) implements Transport {
      public InsecureLoopback {
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
          throw new IllegalArgumentException("address: " + address + " (expected: loopback)");
        }
      }
    }

    /**
     * No protection of our own: a service mesh authenticates and encrypts, by the operator's word.
     *
     * @param address of any interface
     * @param sidecar whether this pod's own sidecar stands before the port and names the proxy that
     *     opened a stream, in {@code x-forwarded-client-cert}; then a stream without is refused
     */
    record Mesh(InetSocketAddress address, boolean sidecar) implements Transport {}
  }

  /**
   * Caps, in bytes unless said otherwise.
   *
   * @param request of one request body
   * @param answer of one JSON answer
   * @param event of one event of a stream
   * @param held of all bodies and events that are held at one time
   * @param uploadTime how long a request body may take to arrive
   * @param json how much one JSON document may ask of its reader
   */
  public record Limits(
      int request,
      int answer,
      int event,
      long held,
      Duration uploadTime,
      io.tabellion.jsonrpc.Limits json) {

    /** With the usual limits of JSON documents. */
    public Limits(int request, int answer, int event, long held, Duration uploadTime) {
      this(request, answer, event, held, uploadTime, io.tabellion.jsonrpc.Limits.DEFAULT);
    }

    /** Those that count for what is read and recorded. */
    public Largest largest() {
      return new Largest(answer, event, json);
    }

    /** What applies where nothing is configured. */
    public static final Limits DEFAULTS =
        new Limits(4 << 20, 16 << 20, 16 << 20, 512L << 20, Duration.ofSeconds(30));
  }
}

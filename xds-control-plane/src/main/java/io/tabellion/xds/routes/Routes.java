package io.tabellion.xds.routes;

import com.google.protobuf.ByteString;
import io.tabellion.yaml.Binder;
import io.tabellion.yaml.Default;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The routes file: which MCP servers Envoy serves, where, and to whom. One key for one component,
 * in dash-case; paths are relative to the file. Read again when it changes.
 *
 * @param listeners where callers connect; at least one, each serves every server
 * @param extProc where Tabellion's server listens
 * @param accessLog one JSON line for each exchange
 * @param cors which web pages may call; none if absent
 * @param servers the MCP servers; at least one
 * @param exempt paths that are answered without being judged
 */
public record Routes(
    List<Listener> listeners,
    ExtProc extProc,
    @Default("") AccessLog accessLog,
    @Nullable Cors cors,
    List<Server> servers,
    @Default("") List<Exempt> exempt) {
  private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

  public Routes {
    listeners = List.copyOf(listeners);
    servers = List.copyOf(servers);
    exempt = List.copyOf(exempt);
    notEmpty("listeners", listeners);
    notEmpty("servers", servers);
    unique("listeners", listeners.stream().map(Listener::name));
    unique("listeners", listeners.stream().map(listener -> listener.address().toString()));
    unique("servers", servers.stream().map(Server::name));
    unique("exempt", exempt.stream().map(Exempt::name));
    unique("path", paths(servers, exempt));
  }

  /**
   * Reads the file and the key sets that it names.
   *
   * @throws YamlException with everything that is wrong in it, by line and column
   */
  public static Routes load(Path file) {
    return read(file, YamlReader.bytes(file));
  }

  /**
   * Reads the content of the file.
   *
   * @param file what paths are relative to, and its name for messages
   * @throws YamlException with everything that is wrong in it, by line and column
   */
  public static Routes read(Path file, ByteString content) {
    return new Binder(file)
        .text(Endpoint.class, text -> Endpoint.parse(text, file))
        .text(Url.class, Url::parse)
        .text(Jwks.class, text -> Jwks.read(text, file))
        .text(SecretFile.class, text -> SecretFile.read(text, file))
        .bind(Routes.class, YamlReader.read(file, content));
  }

  /**
   * Where callers connect.
   *
   * @param name what Envoy sends the server as {@code x-tabellion-listener}; it chooses there how
   *     callers are identified
   * @param address {@code HOST:PORT} with a numeric host
   * @param url how callers write it, without a path; tokens are made for this URL plus a server's
   *     path, and callers without a token are sent to it
   * @param tls certificates of this listener
   * @param insecurePlaintext true lets tokens and content travel in clear on an address that is not
   *     loopback
   * @param jwt which tokens count; without it, none is looked at
   */
  public record Listener(
      @Default("default") String name,
      Endpoint address,
      Url url,
      @Nullable ListenerTls tls,
      @Default("false") boolean insecurePlaintext,
      @Nullable Jwt jwt) {

    public Listener {
      checkName("name", name);
      if (!(address instanceof Endpoint.Tcp tcp) || !tcp.numeric()) {
        throw new IllegalArgumentException(
            "address: " + address + " (expected: HOST:PORT with a numeric host)");
      }
      if (!url.path().isEmpty() || !url.query().isEmpty()) {
        throw new IllegalArgumentException("url: " + url.target() + " (expected: no path)");
      }
      if (insecurePlaintext && (tls != null || address.loopback())) {
        throw new IllegalArgumentException(
            "insecure-plaintext: true (expected: only without tls and not on loopback)");
      }
      if (!insecurePlaintext && tls == null && !address.loopback()) {
        throw new IllegalArgumentException(
            "address: " + address + " in clear (expected: tls, loopback, or insecure-plaintext)");
      }
    }
  }

  /**
   * A listener's TLS. Envoy reads the files.
   *
   * @param certificate chain, PEM
   * @param key private key, PEM
   * @param clientCa who signs callers' certificates; with it, a caller may show one, and one that
   *     is shown must be good
   */
  public record ListenerTls(Path certificate, Path key, @Nullable Path clientCa) {}

  /** What becomes of a call without a token. */
  public enum Missing {
    /** Envoy answers 401. */
    REFUSE,
    /** The server takes another identity, such as a certificate, or refuses. */
    LEAVE_TO_SERVER
  }

  /**
   * Tokens. A bad one is always refused with 401.
   *
   * @param missing what becomes of a call without one
   * @param providers who issues them; at least one
   */
  public record Jwt(@Default("refuse") Missing missing, List<Provider> providers) {
    public Jwt {
      providers = List.copyOf(providers);
      notEmpty("providers", providers);
      unique("providers", providers.stream().map(Provider::name));
    }
  }

  /**
   * An issuer of tokens.
   *
   * @param name for log lines of Envoy
   * @param issuer claim {@code iss}, exact
   * @param audiences of which claim {@code aud} must have one. Empty, the default, asks for the URL
   *     of the very server that is called, so that a token for one server does nothing at another
   * @param jwks file of the issuer's public keys
   */
  public record Provider(
      String name, String issuer, @Default("") List<String> audiences, Jwks jwks) {
    public Provider {
      audiences = List.copyOf(audiences);
      checkName("name", name);
      if (issuer.isBlank()) {
        throw new IllegalArgumentException("issuer: empty (expected: claim iss)");
      }
    }
  }

  /**
   * Where Tabellion's server listens. Who speaks there says who called, so it takes TLS with names,
   * a Unix socket, or the explicit {@code insecure-loopback}.
   *
   * @param address {@code HOST:PORT} or {@code unix:PATH}
   * @param insecureLoopback true lets every process of this machine answer for the server
   * @param tls who the server is, and who this Envoy is
   */
  public record ExtProc(
      @Default("127.0.0.1:9001") Endpoint address,
      @Default("false") boolean insecureLoopback,
      @Nullable ExtProcTls tls) {

    public ExtProc {
      if (insecureLoopback && (tls != null || !address.loopback())) {
        throw new IllegalArgumentException(
            "insecure-loopback: true (expected: only with a loopback address and without tls)");
      }
      if (!insecureLoopback && tls == null && address instanceof Endpoint.Tcp) {
        throw new IllegalArgumentException(
            "address: " + address + " in clear (expected: tls, unix:PATH, or insecure-loopback)");
      }
    }
  }

  /**
   * TLS toward Tabellion's server. Envoy reads the files.
   *
   * @param ca who signs the server's certificate
   * @param name DNS name that the server's certificate must have
   * @param certificate of this Envoy; the server lists the names that it takes
   * @param key private key of this Envoy
   */
  public record ExtProcTls(Path ca, String name, Path certificate, Path key) {}

  /**
   * The access log.
   *
   * @param file where it is written; without it, standard output
   */
  public record AccessLog(@Nullable Path file) {}

  /**
   * Which web pages may call (CORS, Fetch standard). Browsers ask before they send a token; Envoy
   * answers that question itself. It never allows cookies.
   *
   * @param origins of the pages, such as {@code http://localhost:6274}; at least one. There is no
   *     wildcard
   */
  public record Cors(List<String> origins) {
    public Cors {
      origins = List.copyOf(origins);
      notEmpty("origins", origins);
      unique("origins", origins.stream());
      origins.forEach(Cors::check);
    }

    private static void check(String origin) {
      if (!origin.matches("[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?")) {
        throw new IllegalArgumentException(
            "origins: "
                + origin
                + " (expected: as browsers send it, such as http://localhost:6274: scheme, host in"
                + " small letters, port if it is not the default, nothing else)");
      }
    }
  }

  /**
   * An MCP server.
   *
   * @param name as policies and audit entries have it: lower case letters, digits and dashes
   * @param url where it is; the Host header, the path and the query become this URL's
   * @param path where callers find it; {@code /NAME/mcp} if absent
   * @param ca who signs its certificate, for https
   * @param credentials of our own for this server, which it gets with every request; none if absent
   */
  public record Server(
      String name,
      Url url,
      @Nullable String path,
      @Nullable Path ca,
      @Nullable Credentials credentials) {
    public Server {
      checkName("name", name);
      if (path != null) {
        checkPath("path", path);
      }
      if (url.tls() != (ca != null)) {
        throw new IllegalArgumentException(
            url.tls() ? "ca: missing (expected: for https)" : "ca: there (expected: not for http)");
      }
    }

    /** The path at which callers find it. */
    public String servedAt() {
      return path != null ? path : "/" + name + "/mcp";
    }
  }

  /**
   * A secret that is sent to a server in a header. Whatever a caller sends under that name is
   * replaced.
   *
   * @param header name, in lower case
   * @param prefix stands before the secret; if absent {@code "Bearer "} for {@code authorization}
   *     and nothing for other headers
   * @param file holds the secret and nothing else; only its owner may read it
   */
  public record Credentials(
      @Default("authorization") String header, @Nullable String prefix, SecretFile file) {
    private static final Set<String> OF_HTTP =
        Set.of(
            "accept",
            "connection",
            "content-length",
            "content-type",
            "host",
            "keep-alive",
            "last-event-id",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    public Credentials {
      if (!header.matches("[a-z0-9!#$%&'*+.^`|~-]+")
          || OF_HTTP.contains(header)
          || header.startsWith("mcp-")
          || header.startsWith("x-envoy-")) {
        throw new IllegalArgumentException(
            "header: " + header + " (expected: a header for credentials, in lower case)");
      }
      if (prefix != null && !prefix.matches("[ -~]*")) {
        throw new IllegalArgumentException("prefix: (expected: printable ASCII)");
      }
    }

    /** The value of the header. Secret. */
    public String value() {
      String before = header.equals("authorization") ? "Bearer " : "";
      return (prefix == null ? before : prefix) + file.secret();
    }
  }

  /**
   * A path that Envoy answers itself, without a token and without being judged. No MCP server can
   * be reached through one.
   *
   * @param name shows in Envoy's access log as {@code exempt/NAME}
   * @param path exact
   * @param status of the answer
   * @param body of the answer
   */
  public record Exempt(
      String name, String path, @Default("200") int status, @Nullable String body) {
    public Exempt {
      checkName("name", name);
      checkPath("path", path);
      if (status < 200 || status > 599) {
        throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
      }
    }
  }

  private static Stream<String> paths(List<Server> servers, List<Exempt> exempt) {
    return Stream.concat(servers.stream().map(Server::servedAt), exempt.stream().map(Exempt::path));
  }

  private static void checkName(String key, String name) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          key + ": " + name + " (expected: lower case letters, digits and dashes, at most 63)");
    }
  }

  private static void checkPath(String key, String path) {
    if (!path.matches("(/[A-Za-z0-9._~-]+)+") || path.contains("/..") || path.contains("/./")) {
      throw new IllegalArgumentException(key + ": " + path + " (expected: such as /sample/mcp)");
    }
    if (path.startsWith("/.well-known/oauth-protected-resource")) {
      throw new IllegalArgumentException(key + ": " + path + " (expected: not what listeners use)");
    }
  }

  private static void notEmpty(String key, List<?> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException(key + ": empty (expected: at least one)");
    }
  }

  private static void unique(String key, Stream<String> values) {
    Set<String> seen = new HashSet<>();
    values.forEach(value -> {
      if (!seen.add(value)) {
        throw new IllegalArgumentException(key + ": " + value + " twice (expected: once)");
      }
    });
  }
}

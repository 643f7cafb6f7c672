package io.tabellion.identity;

import io.tabellion.identity.Evidence.Certificate;
import io.tabellion.identity.Identification.Known;
import io.tabellion.identity.Identification.Reason;
import io.tabellion.identity.Identification.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells who calls from what Envoy verified and what the listener's settings allow. Pure.
 *
 * <p>A token decides before a certificate, a certificate before Istio's peer; where the first of
 * them that is there is refused, no other is asked. A certificate or peer beside a token is kept as
 * the workload.
 */
public final class Identifier {
  private static final String SPIFFE = "spiffe://";

  private final IdentitySettings settings;

  public Identifier(IdentitySettings settings) {
    this.settings = settings;
  }

  /** Returns the caller, or why there is none. */
  public Identification identify(Evidence evidence) {
    IdentitySettings.Jwt jwt = settings.jwt();
    if (jwt != null && evidence.jwt() != null) {
      return byToken(jwt, evidence.jwt(), evidence);
    }
    IdentitySettings.Certificates certificates = settings.certificate();
    if (certificates != null && evidence.certificate() != null) {
      return byCertificate(certificates, evidence.certificate(), evidence);
    }
    IdentitySettings.IstioPeer istio = settings.istioPeer();
    if (istio != null && evidence.istioPeer() != null) {
      return byIstioPeer(istio, evidence.istioPeer(), evidence);
    }
    return nothing(evidence);
  }

  /**
   * Returns the gateway that a connection comes from: its name, if that is verified, of a domain
   * that is allowed, and one of the hops; else null.
   */
  public @Nullable String gateway(Evidence evidence) {
    IdentitySettings.Certificates certificates = settings.certificate();
    Certificate certificate = evidence.certificate();
    if (certificates != null && certificate != null) {
      String name = name(certificate);
      return verified(certificates, certificate) && allows(certificates, name) && isHop(name)
          ? name
          : null;
    }
    IdentitySettings.IstioPeer istio = settings.istioPeer();
    String peer = evidence.istioPeer();
    if (istio == null || peer == null) {
      return null;
    }
    String name = peer.startsWith(SPIFFE) ? peer : SPIFFE + peer;
    return istio.trustDomains().contains(String.valueOf(trustDomain(name))) && isHop(name)
        ? name
        : null;
  }

  private static boolean allows(IdentitySettings.Certificates certificates, @Nullable String name) {
    String domain = trustDomain(name);
    return certificates.trustDomains().isEmpty()
        || (domain != null && certificates.trustDomains().contains(domain));
  }

  /** Whether a caller who is refused could be let in with a (another) token. */
  public boolean wantsToken() {
    return settings.jwt() != null;
  }

  /** Whether callers may be known by a certificate. */
  public boolean wantsCertificate() {
    return settings.certificate() != null;
  }

  private Identification nothing(Evidence evidence) {
    return settings.anonymous()
        ? new Known(Caller.anonymous(evidence.address()))
        : new Refused(Reason.NOTHING_VERIFIED);
  }

  private Identification byToken(
      IdentitySettings.Jwt jwt, Map<String, Object> claims, Evidence evidence) {
    if (!(claims.get("iss") instanceof String issuer) || !jwt.issuers().contains(issuer)) {
      return new Refused(Reason.ISSUER);
    }
    if (!jwt.audiences().isEmpty()
        && texts(claims.get("aud")).stream().noneMatch(jwt.audiences()::contains)) {
      return new Refused(Reason.AUDIENCE);
    }
    List<String> actors = actors(claims.get("act"));
    boolean unverified =
        jwt.subjectClaim().equals("email") && !Boolean.TRUE.equals(claims.get("email_verified"));
    if (!(claims.get(jwt.subjectClaim()) instanceof String subject)
        || subject.isEmpty()
        || unverified
        || actors == null) {
      return new Refused(Reason.CLAIMS);
    }
    if (actors.size() > Identification.MOST_ACTORS) {
      return new Refused(Reason.ACTORS);
    }
    return new Known(
        new Caller(
            Caller.Source.JWT,
            subject,
            issuer,
            actors,
            text(claims.get("client_id"), text(claims.get("azp"), null)),
            jwt.groupsClaim() == null ? List.of() : texts(claims.get(jwt.groupsClaim())),
            scopes(claims),
            workload(evidence),
            evidence.address()));
  }

  private Identification byCertificate(
      IdentitySettings.Certificates certificates, Certificate certificate, Evidence evidence) {
    if (!verified(certificates, certificate)) {
      return new Refused(Reason.CERTIFICATE_UNVERIFIED);
    }
    String name = name(certificate);
    if (name == null || !allows(certificates, name)) {
      return new Refused(Reason.TRUST_DOMAIN);
    }
    return byName(Caller.Source.CERTIFICATE, name, trustDomain(name), evidence);
  }

  private Identification byIstioPeer(
      IdentitySettings.IstioPeer istio, String peer, Evidence evidence) {
    String name = peer.startsWith(SPIFFE) ? peer : SPIFFE + peer;
    String domain = trustDomain(name);
    if (domain == null || !istio.trustDomains().contains(domain)) {
      return new Refused(Reason.TRUST_DOMAIN);
    }
    return byName(Caller.Source.ISTIO_PEER, name, domain, evidence);
  }

  private Identification byName(
      Caller.Source source, String name, @Nullable String domain, Evidence evidence) {
    if (isHop(name)) {
      return settings.anonymous() ? nothing(evidence) : new Refused(Reason.HOP);
    }
    return new Known(
        new Caller(
            source, name, domain, List.of(), null, List.of(), List.of(), name, evidence.address()));
  }

  /** The workload beside a token: verified, of an allowed domain, and not a gateway's. */
  private @Nullable String workload(Evidence evidence) {
    var beside = new Evidence(null, evidence.certificate(), evidence.istioPeer(), null);
    var peers =
        new IdentitySettings(
            null, settings.certificate(), settings.istioPeer(), false, settings.hops());
    return new Identifier(peers).identify(beside) instanceof Known known
        ? known.caller().workload()
        : null;
  }

  private boolean isHop(@Nullable String name) {
    return name != null
        && (settings.hops().contains(name)
            || (name.startsWith(SPIFFE)
                && settings.hops().contains(name.substring(SPIFFE.length()))));
  }

  private static boolean verified(
      IdentitySettings.Certificates certificates, Certificate certificate) {
    // Of a resumed TLS session Envoy 1.39 and newer say false, whatever was verified when it began.
    return certificates.verifiedByListener() || Boolean.TRUE.equals(certificate.valid());
  }

  /** The SPIFFE id if there is exactly one, else the first name; a second SPIFFE id is none. */
  private static @Nullable String name(Certificate certificate) {
    List<String> ids =
        certificate.uris().stream().filter(uri -> uri.startsWith(SPIFFE)).distinct().toList();
    if (!ids.isEmpty()) {
      return ids.size() == 1 ? ids.getFirst() : null;
    }
    if (!certificate.uris().isEmpty()) {
      return certificate.uris().getFirst();
    }
    return certificate.names().isEmpty() ? certificate.subject() : certificate.names().getFirst();
  }

  private static @Nullable String trustDomain(@Nullable String name) {
    if (name == null || !name.startsWith(SPIFFE)) {
      return null;
    }
    int slash = name.indexOf('/', SPIFFE.length());
    String domain =
        slash < 0 ? name.substring(SPIFFE.length()) : name.substring(SPIFFE.length(), slash);
    return domain.isEmpty() ? null : domain;
  }

  /** Outermost actor first; null if the chain is not of the form of RFC 8693 §4.1. */
  private static @Nullable List<String> actors(@Nullable Object act) {
    List<String> actors = new ArrayList<>();
    Object next = act;
    while (next != null) {
      if (!(next instanceof Map<?, ?> actor) || !(actor.get("sub") instanceof String subject)) {
        return null;
      }
      actors.add(subject);
      next = actor.get("act");
    }
    return actors;
  }

  private static List<String> scopes(Map<String, Object> claims) {
    Object scopes = claims.containsKey("scope") ? claims.get("scope") : claims.get("scp");
    return scopes instanceof String text
        ? Arrays.stream(text.split(" ")).filter(scope -> !scope.isEmpty()).toList()
        : texts(scopes);
  }

  private static List<String> texts(@Nullable Object value) {
    return switch (value) {
      case String text -> List.of(text);
      case List<?> list ->
          list.stream().filter(String.class::isInstance).map(String.class::cast).toList();
      case null, default -> List.of();
    };
  }

  private static @Nullable String text(@Nullable Object value, @Nullable String otherwise) {
    return value instanceof String text ? text : otherwise;
  }
}

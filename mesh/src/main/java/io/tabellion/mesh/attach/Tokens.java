package io.tabellion.mesh.attach;

import org.jspecify.annotations.Nullable;

/**
 * Who issues the tokens of callers.
 *
 * @param issuer the {@code iss} of its tokens, exact
 * @param jwksUri where its keys are; without it Istio asks the issuer's metadata
 */
public record Tokens(Address issuer, @Nullable Address jwksUri) {}

/**
 * Who signs in: bearer tokens that the configuration names, and tokens of OpenID Connect issuers,
 * checked against the issuers' keys.
 */
@NullMarked
package io.tabellion.signin;

import org.jspecify.annotations.NullMarked;

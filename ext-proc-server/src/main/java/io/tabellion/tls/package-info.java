/** Our certificates and keys of TLS, which may be exchanged while the server runs. */
@NullMarked
package io.tabellion.tls;

import org.jspecify.annotations.NullMarked;

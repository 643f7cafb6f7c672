/**
 * What is remembered of exchanges that belong together: sessions and whose they are, open calls,
 * conversations. In memory; what it has lost is looked up in the trail, through {@link
 * io.tabellion.session.SessionOwners}.
 */
@NullMarked
package io.tabellion.session;

import org.jspecify.annotations.NullMarked;

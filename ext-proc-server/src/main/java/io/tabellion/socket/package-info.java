/** Unix sockets: who may connect to one, and one server at a time. */
@NullMarked
package io.tabellion.socket;

import org.jspecify.annotations.NullMarked;

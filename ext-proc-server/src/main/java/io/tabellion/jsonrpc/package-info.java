@NullMarked
package io.tabellion.jsonrpc;

import org.jspecify.annotations.NullMarked;

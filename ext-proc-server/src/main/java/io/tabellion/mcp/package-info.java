@NullMarked
package io.tabellion.mcp;

import org.jspecify.annotations.NullMarked;

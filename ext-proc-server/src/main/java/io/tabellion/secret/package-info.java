@NullMarked
package io.tabellion.secret;

import org.jspecify.annotations.NullMarked;

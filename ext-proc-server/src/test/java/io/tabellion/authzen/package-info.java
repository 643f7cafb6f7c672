@NullMarked
package io.tabellion.authzen;

import org.jspecify.annotations.NullMarked;

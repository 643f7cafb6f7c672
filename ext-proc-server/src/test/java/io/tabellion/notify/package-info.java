@NullMarked
package io.tabellion.notify;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.tabellion.api;

import org.jspecify.annotations.NullMarked;

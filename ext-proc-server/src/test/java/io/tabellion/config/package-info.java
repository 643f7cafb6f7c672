@NullMarked
package io.tabellion.config;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.tabellion.demo;

import org.jspecify.annotations.NullMarked;

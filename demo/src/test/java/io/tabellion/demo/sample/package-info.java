@NullMarked
package io.tabellion.demo.sample;

import org.jspecify.annotations.NullMarked;

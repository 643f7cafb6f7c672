@NullMarked
package io.tabellion.yaml;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.tabellion.detect.secrets;

import org.jspecify.annotations.NullMarked;

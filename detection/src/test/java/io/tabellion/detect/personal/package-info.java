@NullMarked
package io.tabellion.detect.personal;

import org.jspecify.annotations.NullMarked;

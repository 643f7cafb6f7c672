/** What the documents say of the programs, held to the programs. */
@NullMarked
package io.tabellion.docs;

import org.jspecify.annotations.NullMarked;

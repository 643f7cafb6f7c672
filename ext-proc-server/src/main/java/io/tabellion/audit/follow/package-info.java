/** Reading something onward that grows: each follower for one purpose, at its own pace. */
@NullMarked
package io.tabellion.audit.follow;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.holdfast.notifier.notice;

import org.jspecify.annotations.NullMarked;

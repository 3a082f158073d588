@NullMarked
package io.holdfast.notifier.rule;

import org.jspecify.annotations.NullMarked;

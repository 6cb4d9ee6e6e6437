package org.foldwise.api.json;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.wire.WireNames;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Reads JSON into records and tells every mistake at once. The record is the specification: a component is required unless it
 * is {@code @Nullable}; Jakarta's constraints give its range; an {@link IllegalArgumentException} of the compact constructor is
 * a mistake of the whole object; a sealed interface is told apart by the field {@code kind}.
 *
 * <p>Component types may be records, sealed interfaces of records, enums, lists, strings, integers, doubles, booleans, UUIDs,
 * dates, and {@link JsonNode} for what somebody else reads.
 */
@Component
public final class RecordReader {
    private static final String KIND = "kind";
    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final Validator validator;

    RecordReader(Validator validator) {
        this.validator = validator;
    }

    /** Reads a body. */
    public <T> T read(byte[] utf8, Class<T> type) {
        JsonBody body = JsonBody.parse(utf8);
        List<Mistake> mistakes = new ArrayList<>(body.repeatedFields());
        Object value = new Reading(mistakes).value(body.root(), type, "");
        if (!mistakes.isEmpty() || value == null) {
            throw RefusedException.invalid(mistakes);
        }
        return type.cast(value);
    }

    /** One pass over one body. Whatever cannot be read is {@code null} and has left a mistake. */
    private final class Reading {
        private final List<Mistake> mistakes;

        Reading(List<Mistake> mistakes) {
            this.mistakes = mistakes;
        }

        @Nullable
        Object value(JsonNode node, Type type, String pointer) {
            if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
                return list(node, list.getActualTypeArguments()[0], pointer);
            }
            if (!(type instanceof Class<?> plain)) {
                throw new IllegalStateException("no request record may have a component of type " + type);
            }
            if (plain == JsonNode.class) {
                return node;
            }
            if (plain.isRecord()) {
                return object(node, plain, pointer, List.of());
            }
            if (WireNames.hasKinds(plain)) {
                return option(node, plain, pointer);
            }
            if (plain.isEnum()) {
                return constant(node, plain, pointer);
            }
            return scalar(node, plain, pointer);
        }

        private @Nullable Object list(JsonNode node, Type elementType, String pointer) {
            if (!node.isArray()) {
                return wrong(pointer, "must be an array");
            }
            List<Object> elements = new ArrayList<>();
            for (int i = 0; i < node.size(); i++) {
                Object element = value(node.get(i), elementType, Mistake.pointer(pointer, i));
                if (element != null) {
                    elements.add(element);
                }
            }
            // where one could not be read, nobody knows how many there would be
            return elements.size() < node.size() ? null : elements;
        }

        private @Nullable Object option(JsonNode node, Class<?> sealedInterface, String pointer) {
            if (!node.isObject()) {
                return wrong(pointer, "must be an object");
            }
            Map<String, Class<?>> kinds = WireNames.kinds(sealedInterface);
            JsonNode kind = node.get(KIND);
            Class<?> option = kind != null && kind.isString() ? kinds.get(kind.stringValue()) : null;
            if (option == null) {
                String reason = kind == null ? "is missing, must be one of " : "must be one of ";
                return wrong(Mistake.pointer(pointer, KIND), reason + String.join(", ", kinds.keySet()));
            }
            return object(node, option, pointer, List.of(KIND));
        }

        private @Nullable Object object(JsonNode node, Class<?> type, String pointer, List<String> alsoKnown) {
            if (!node.isObject()) {
                return wrong(pointer, "must be an object");
            }
            int mistakesBefore = mistakes.size();
            Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
            for (RecordComponent component : type.getRecordComponents()) {
                arguments.put(component.getName(), component(node, type, component, pointer));
            }
            for (String name : node.propertyNames()) {
                if (!arguments.containsKey(name) && !alsoKnown.contains(name)) {
                    wrong(
                            Mistake.pointer(pointer, name),
                            unknownField(arguments.keySet().stream().toList()));
                }
            }
            return mistakes.size() > mistakesBefore ? null : construct(type, arguments, pointer);
        }

        private @Nullable Object component(JsonNode object, Class<?> type, RecordComponent component, String pointer) {
            String member = Mistake.pointer(pointer, component.getName());
            JsonNode node = object.get(component.getName());
            boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (node == null || node.isNull()) {
                return optional ? null : wrong(member, node == null ? "is missing" : "must not be null");
            }
            Object value = value(node, component.getGenericType(), member);
            if (value != null) {
                for (ConstraintViolation<?> violation : validator.validateValue(type, component.getName(), value)) {
                    wrong(member, violation.getMessage());
                }
            }
            return value;
        }

        private @Nullable Object construct(Class<?> type, Map<String, @Nullable Object> arguments, String pointer) {
            try {
                Class<?>[] types = Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
                Constructor<?> constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return constructor.newInstance(arguments.values().toArray());
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof MemberException misfit) {
                    return wrong(Mistake.pointer(pointer, misfit.member()), String.valueOf(misfit.getMessage()));
                }
                if (e.getCause() instanceof IllegalArgumentException broken) {
                    return wrong(pointer, String.valueOf(broken.getMessage()));
                }
                throw new IllegalStateException("the constructor of " + type + " failed", e);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot make a " + type, e);
            }
        }

        private @Nullable Object constant(JsonNode node, Class<?> enumType, String pointer) {
            List<String> names = WireNames.of(enumType);
            int index = node.isString() ? names.indexOf(node.stringValue()) : -1;
            return index < 0
                    ? wrong(pointer, "must be one of " + String.join(", ", names))
                    : enumType.getEnumConstants()[index];
        }

        private @Nullable Object scalar(JsonNode node, Class<?> type, String pointer) {
            if (type == String.class) {
                return text(node, pointer);
            }
            if (type == int.class || type == Integer.class) {
                Long number = integer(node, Integer.MIN_VALUE, Integer.MAX_VALUE, pointer);
                return number == null ? null : Integer.valueOf(number.intValue());
            }
            if (type == long.class || type == Long.class) {
                return integer(node, Long.MIN_VALUE, Long.MAX_VALUE, pointer);
            }
            if (type == double.class || type == Double.class) {
                return number(node, pointer);
            }
            if (type == boolean.class || type == Boolean.class) {
                return node.isBoolean()
                        ? Boolean.valueOf(node.booleanValue())
                        : wrong(pointer, "must be true or false");
            }
            if (type == UUID.class) {
                return node.isString() && UUID_FORM.matcher(node.stringValue()).matches()
                        ? UUID.fromString(node.stringValue())
                        : wrong(pointer, "must be a UUID");
            }
            if (type == LocalDate.class) {
                return date(node, pointer);
            }
            throw new IllegalStateException("no request record may have a component of type " + type);
        }

        private @Nullable String text(JsonNode node, String pointer) {
            if (!node.isString()) {
                wrong(pointer, "must be a string");
                return null;
            }
            String text = node.stringValue();
            boolean storable = text.codePoints()
                    .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
            if (!storable) {
                wrong(pointer, "must not hold control characters or broken surrogate pairs");
                return null;
            }
            return text;
        }

        private @Nullable Long integer(JsonNode node, long least, long most, String pointer) {
            if (node.isIntegralNumber()) {
                BigInteger number = node.bigIntegerValue();
                if (number.compareTo(BigInteger.valueOf(least)) >= 0
                        && number.compareTo(BigInteger.valueOf(most)) <= 0) {
                    return number.longValueExact();
                }
                wrong(pointer, "must be between " + least + " and " + most);
                return null;
            }
            wrong(pointer, "must be an integer");
            return null;
        }

        private @Nullable Object number(JsonNode node, String pointer) {
            if (!node.isNumber()) {
                return wrong(pointer, "must be a number");
            }
            double number = node.doubleValue();
            return Double.isFinite(number) ? Double.valueOf(number) : wrong(pointer, "must be a finite number");
        }

        private @Nullable Object date(JsonNode node, String pointer) {
            try {
                if (node.isString()) {
                    return LocalDate.parse(node.stringValue());
                }
            } catch (DateTimeParseException e) {
                return wrong(pointer, "must be a date of the form YYYY-MM-DD");
            }
            return wrong(pointer, "must be a date of the form YYYY-MM-DD");
        }

        private @Nullable Object wrong(String pointer, String detail) {
            mistakes.add(new Mistake(pointer, detail));
            return null;
        }

        private String unknownField(List<String> known) {
            return known.isEmpty() ? "is not known here" : "is not known here; known are " + String.join(", ", known);
        }
    }
}

//! Columns of a row group that is being filled, and their way to arrays and back.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use polars_arrow::array::{Array, DictionaryArray, MutablePlString, PrimitiveArray};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::{ArrowDataType, IntegerType};
use polars_arrow::types::NativeType;
use polars_parquet::write::Encoding;
use shared::Day;

use crate::columns::NO_DAY;
use crate::error::Result;
use crate::figures::TOO_LARGE;
use crate::parquet::{Kind, Value};

/// A column of the row group that is being filled.
pub(crate) struct Column {
    kind: Kind,
    values: Values,
}

enum Values {
    Text(MutablePlString),
    Label(Labels),
    Day(Numbers<i32>),
    Count(Numbers<i64>),
    /// The digits: Parquet stores a short decimal as such.
    Short(Numbers<i64>),
    Long(Numbers<i128>),
    Double(Doubles),
}

impl Column {
    pub fn new(kind: Kind) -> Self {
        Column { kind, values: Values::new(kind) }
    }

    /// Adds a value of its kind.
    pub fn push(&mut self, value: &Value<'_>) {
        self.values.push(value);
    }

    /// Adds a text `times` times.
    pub fn texts(&mut self, text: Option<&str>, times: usize) {
        match &mut self.values {
            Values::Text(values) => (0..times).for_each(|_| values.push(text)),
            Values::Label(labels) => labels.push(text, times),
            _ => self.mistaken("texts"),
        }
    }

    /// Adds days by their numbers.
    pub fn days(&mut self, numbers: &[i32]) {
        match &mut self.values {
            Values::Day(values) => values.extend(numbers, |day| *day != NO_DAY),
            _ => self.mistaken("days"),
        }
    }

    /// Adds counts.
    pub fn counts(&mut self, counts: &[u32]) {
        match &mut self.values {
            Values::Count(values) => values.present(counts.iter().map(|count| i64::from(*count))),
            _ => self.mistaken("counts"),
        }
    }

    /// Adds decimals by their digits, each times `factor`.
    ///
    /// # Errors
    /// [`Error::Damaged`](crate::Error::Damaged) if there is one of more digits than the column has.
    pub fn digits(&mut self, digits: impl Iterator<Item = Option<i128>>, factor: i128) -> Result<()> {
        let kind = self.kind;
        let mut are_held = true;
        match &mut self.values {
            Values::Short(values) => {
                // Most are few digits, and integers half as wide are added a lot faster.
                let factor = i64::try_from(factor).ok();
                let scaled = |digits: i128| i64::try_from(digits).ok()?.checked_mul(factor?);
                let held = |digits| scaled(digits).filter(|digits| kind.holds((*digits).into()));
                digits.for_each(|digits| {
                    let short = digits.and_then(held);
                    are_held &= short.is_some() == digits.is_some();
                    values.push(short);
                });
            }
            Values::Long(values) => {
                let held = |digits: i128| digits.checked_mul(factor).filter(|digits| kind.holds(*digits));
                digits.for_each(|digits| {
                    let long = digits.and_then(held);
                    are_held &= long.is_some() == digits.is_some();
                    values.push(long);
                });
            }
            _ => self.mistaken("decimals"),
        }
        if are_held { Ok(()) } else { Err(TOO_LARGE) }
    }

    /// Adds doubles.
    pub fn doubles(&mut self, numbers: impl Iterator<Item = Option<f64>>) {
        match &mut self.values {
            Values::Double(values) => numbers.for_each(|number| values.numbers.push(number)),
            _ => self.mistaken("doubles"),
        }
    }

    fn mistaken(&self, what: &str) {
        debug_assert!(false, "{what} are not of the column's kind, {:?}", self.kind);
    }

    /// The values so far as an array, and how it is to be encoded; the column is empty then.
    pub fn take(&mut self) -> Result<(Box<dyn Array>, Encoding)> {
        let (dtype, encoding) = (self.kind.dtype(), self.kind.encoding());
        let array: Box<dyn Array> = match &mut self.values {
            Values::Text(values) => std::mem::replace(values, MutablePlString::new()).freeze().boxed(),
            Values::Label(Labels { positions, texts }) => Box::new(DictionaryArray::<u32>::try_new(
                dtype,
                positions.lend(ArrowDataType::UInt32)?,
                std::mem::replace(texts, MutablePlString::new()).freeze().boxed(),
            )?),
            Values::Day(values) => Box::new(values.lend(dtype)?),
            Values::Count(values) | Values::Short(values) => Box::new(values.lend(ArrowDataType::Int64)?),
            Values::Long(values) => Box::new(values.lend(dtype)?),
            Values::Double(values) => match values.lend_repeated()? {
                Some(repeated) => return Ok((Box::new(repeated), Encoding::RleDictionary)),
                None => Box::new(values.numbers.lend(dtype)?),
            },
        };
        Ok((array, encoding))
    }

    /// Takes back the memory of an array that was taken, if it is gone.
    pub fn reclaim(&mut self, lent: Lent) {
        match &mut self.values {
            Values::Text(_) => {}
            Values::Label(labels) => labels.positions.reclaim(lent),
            Values::Day(values) => values.reclaim(lent),
            Values::Count(values) | Values::Short(values) => values.reclaim(lent),
            Values::Long(values) => values.reclaim(lent),
            Values::Double(values) => {
                values.numbers.reclaim(lent);
                values.positions.reclaim(lent);
            }
        }
    }
}

impl Values {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Values::Text(MutablePlString::new()),
            Kind::Label => Values::Label(Labels::default()),
            Kind::Day => Values::Day(Numbers::default()),
            Kind::Count => Values::Count(Numbers::default()),
            Kind::Short(_) => Values::Short(Numbers::default()),
            Kind::Long(_) => Values::Long(Numbers::default()),
            Kind::Double => Values::Double(Doubles::default()),
        }
    }

    fn push(&mut self, value: &Value<'_>) {
        match (self, value) {
            (Values::Text(values), Value::Text(text)) => values.push(*text),
            (Values::Label(labels), Value::Text(text)) => labels.push(*text, 1),
            (Values::Day(values), Value::Day(day)) => values.push(day.map(Day::number)),
            (Values::Count(values), Value::Count(count)) => values.push(i64::try_from(*count).ok()),
            (Values::Short(values), Value::Decimal(digits)) => {
                values.push(digits.and_then(|digits| i64::try_from(digits).ok()));
            }
            (Values::Long(values), Value::Decimal(digits)) => values.push(*digits),
            (Values::Double(values), Value::Double(number)) => values.numbers.push(*number),
            (_, value) => debug_assert!(false, "{value:?} is not of the column's kind"),
        }
    }
}

/// Numbers, some of which may be missing.
#[derive(Default)]
struct Numbers<T: NativeType> {
    values: Vec<T>,
    /// Whether each is there; empty as long as none is missing.
    valid: Vec<bool>,
    /// Those of the row groups before the one at hand, as long as they are written: of the last one, and of the one before.
    lent: [Option<PrimitiveArray<T>>; 2],
}

/// Which of the two arrays that were lent last.
#[derive(Clone, Copy)]
pub(crate) enum Lent {
    Last,
    Before,
}

impl<T: NativeType> Numbers<T> {
    fn clear(&mut self) {
        self.values.clear();
        self.valid.clear();
    }

    fn push(&mut self, value: Option<T>) {
        if value.is_none() && self.valid.is_empty() {
            self.valid.resize(self.values.len(), true);
        }
        if value.is_none() || !self.valid.is_empty() {
            self.valid.push(value.is_some());
        }
        self.values.push(value.unwrap_or_default());
    }

    /// Adds numbers that are all there.
    fn present(&mut self, values: impl Iterator<Item = T>) {
        self.values.extend(values);
        if !self.valid.is_empty() {
            self.valid.resize(self.values.len(), true);
        }
    }

    /// Adds numbers, those of which are there that `is_there`.
    fn extend(&mut self, values: &[T], is_there: impl Fn(&T) -> bool) {
        let before = self.values.len();
        self.values.extend_from_slice(values);
        if self.valid.is_empty() && values.iter().all(&is_there) {
            return;
        }
        self.valid.resize(before, true);
        self.valid.extend(values.iter().map(is_there));
    }

    /// Adds one number, or that it is missing, `times` times.
    fn repeat(&mut self, value: Option<T>, times: usize) {
        match value {
            Some(value) => self.present(std::iter::repeat_n(value, times)),
            None => (0..times).for_each(|_| self.push(None)),
        }
    }

    /// The numbers as an array, without any copy of them: none is left.
    fn lend(&mut self, dtype: ArrowDataType) -> Result<PrimitiveArray<T>> {
        let valid = (!self.valid.is_empty()).then(|| Bitmap::from_iter(self.valid.drain(..)));
        let array = PrimitiveArray::try_new(dtype, std::mem::take(&mut self.values).into(), valid)?;
        let [last, before] = &mut self.lent;
        *before = last.replace(array.clone());
        Ok(array)
    }

    /// Takes back the memory of what was lent, if nobody has it any more: fresh memory is slow.
    fn reclaim(&mut self, lent: Lent) {
        let lent = self.lent[lent as usize].take().map(|array| array.into_inner().1.into_mut());
        if let Some(mut values) = lent.and_then(|values| values.right()) {
            values.clear();
            self.values = values;
        }
    }
}

/// Doubles, which often are means of as many integers each, and then few different ones.
#[derive(Default)]
struct Doubles {
    numbers: Numbers<f64>,
    /// Room for the position of each row's number among the different ones.
    positions: Numbers<u32>,
    /// The position of each of them, by its bits.
    known: HashMap<u64, u32, RandomState>,
}

/// In a dictionary every row has a position in place of its number: that takes less room than compressed numbers, and a
/// third of the time, unless they are too many. So at most one of so many rows may bring a new one.
const ROWS_PER_NUMBER: usize = 4;

impl Doubles {
    /// The numbers as positions in a dictionary, if they repeat; none is left then.
    fn lend_repeated(&mut self) -> Result<Option<DictionaryArray<u32>>> {
        let Doubles { numbers, positions, known } = self;
        let most = numbers.values.len() / ROWS_PER_NUMBER;
        let mut different = Vec::new();
        known.clear();
        for (at, value) in numbers.values.iter().enumerate() {
            if numbers.valid.get(at) == Some(&false) {
                positions.push(None);
                continue;
            }
            let position = *known.entry(value.to_bits()).or_insert_with(|| {
                different.push(*value);
                different.len() as u32 - 1
            });
            if different.len() > most {
                positions.clear();
                return Ok(None);
            }
            positions.push(Some(position));
        }
        if different.is_empty() {
            // Not every reader may expect a dictionary of nothing.
            positions.clear();
            return Ok(None);
        }
        numbers.clear();
        let dtype = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Float64), false);
        let different = PrimitiveArray::from_vec(different).boxed();
        let positions = positions.lend(ArrowDataType::UInt32)?;
        Ok(Some(DictionaryArray::try_new(dtype, positions, different)?))
    }
}

/// Texts that repeat: each row holds the position of its text. In a sorted table the row before has the same one.
#[derive(Default)]
struct Labels {
    positions: Numbers<u32>,
    texts: MutablePlString,
}

impl Labels {
    fn push(&mut self, text: Option<&str>, times: usize) {
        let position = text.map(|text| {
            let known = self.texts.len();
            if known == 0 || self.texts.value(known - 1) != text {
                self.texts.push_value(text);
            }
            self.texts.len() as u32 - 1
        });
        self.positions.repeat(position, times);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The numbers that an array holds, whichever way.
    fn numbers(array: &dyn Array) -> Vec<Option<u64>> {
        let bits = |values: &PrimitiveArray<f64>| -> Vec<Option<u64>> {
            values.iter().map(|value| value.map(|value| value.to_bits())).collect()
        };
        if let Some(plain) = array.as_any().downcast_ref::<PrimitiveArray<f64>>() {
            return bits(plain);
        }
        let repeated = array.as_any().downcast_ref::<DictionaryArray<u32>>().unwrap();
        let values = bits(repeated.values().as_any().downcast_ref::<PrimitiveArray<f64>>().unwrap());
        repeated.keys().iter().map(|key| key.and_then(|key| values[*key as usize])).collect()
    }

    proptest! {
        /// Doubles come back with all of their bits, row group after row group, and stand in a dictionary if few of them
        /// are different.
        #[test]
        fn doubles_come_back(groups in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(prop::option::weighted(0.9, prop::sample::select(&[0.0, -0.0, 1.5, f64::NAN][..])), 1..60),
                prop::collection::vec(prop::option::weighted(0.9, any::<f64>()), 1..60),
                prop::collection::vec(Just(None), 1..60),
            ],
            1..5,
        )) {
            let mut column = Column::new(Kind::Double);
            for group in groups {
                column.doubles(group.iter().copied());
                let (array, encoding) = column.take().unwrap();
                let expected: Vec<_> = group.iter().map(|number| number.map(f64::to_bits)).collect();
                prop_assert_eq!(numbers(&*array), expected.clone());
                let different: std::collections::HashSet<_> = expected.iter().flatten().collect();
                let repeats = (1..=group.len() / ROWS_PER_NUMBER).contains(&different.len());
                prop_assert_eq!(encoding == Encoding::RleDictionary, repeats);
                drop(array);
                column.reclaim(Lent::Last);
            }
        }
    }
}

//! Exact numbers in the result tables: decimals of one scale per file, or text.

use shared::{Decimal, ObjectRef, Summary, Variable};

use crate::error::{Error, Result};
use crate::parquet::{Kind, Value};

/// What is said of a number that is beyond what the totals promised.
pub(crate) const TOO_LARGE: Error = Error::Damaged("a cell holds more than its variable");

/// What the result tables are about.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The object that was read.
    pub source: &'a ObjectRef,
    /// The plan's variables.
    pub variables: &'a [Variable],
    /// All usable values of each variable, in the same order. They decide, before the first row is written, whether 38
    /// digits are enough for every number of the file.
    pub totals: &'a [Summary],
}

/// How sums and extremes are written: DECIMAL(18, s), or (38, s) where 18 digits might not do, s being the finest scale of
/// the file's variables; sums of squares with twice the scale; as text where a number might need more digits or is no
/// integer at any scale.
pub(crate) struct Figures {
    variables: Vec<Scales>,
    values: Kind,
    squares: Kind,
}

struct Scales {
    scale: u8,
    /// The file's scale less the variable's, as a power of ten, and the same for squares.
    factor: i128,
    squares_factor: i128,
}

/// The exact numbers of a cell or group.
pub(crate) struct Exact {
    pub sum: Figure,
    pub sum_of_squares: Figure,
    pub min: Figure,
    pub max: Figure,
}

/// A number in either form; `None` where there is none.
pub(crate) enum Figure {
    Digits(Option<i128>),
    Text(Option<String>),
}

impl Figure {
    /// As a value of its column.
    pub fn value(&self) -> Value<'_> {
        match self {
            Figure::Digits(digits) => Value::Decimal(*digits),
            Figure::Text(text) => Value::Text(text.as_deref()),
        }
    }
}

impl Figures {
    /// The form that all numbers fit that can be in a table of these variables: no sum of some of the values is beyond
    /// their count times the largest, and no sum of squares beyond that of all.
    pub fn new(about: &About<'_>) -> Self {
        let both = || about.variables.iter().zip(about.totals);
        let finest = both().map(|(variable, total)| total.finest_scale(variable.scale));
        let scale = finest.collect::<Option<Vec<u8>>>().map(|scales| scales.into_iter().max().unwrap_or(0));
        let kind = |scale: u32, bound: &dyn Fn(&Variable, &Summary) -> Option<i128>| {
            let bounds = both().map(|(variable, total)| bound(variable, total)).collect::<Option<Vec<_>>>();
            bounds
                .and_then(|bounds| Kind::decimal(scale, bounds.into_iter().max().unwrap_or(0)))
                .unwrap_or(Kind::Text)
        };
        let (values, squares) = match scale.map(u32::from) {
            None => (Kind::Text, Kind::Text),
            Some(scale) => (
                kind(scale, &|variable, total| largest_sum(total, variable.scale, scale)),
                kind(2 * scale, &|variable, total| total.sum_of_squares(variable.scale).to_digits(2 * scale)),
            ),
        };
        let scales = |variable: &Variable| {
            let finer = u32::from(scale.unwrap_or(0).saturating_sub(variable.scale));
            // A power that is too large belongs to numbers that are written as text.
            let factor = |zeros: u32| 10_i128.checked_pow(zeros).unwrap_or(i128::MAX);
            Scales { scale: variable.scale, factor: factor(finer), squares_factor: factor(2 * finer) }
        };
        Figures { variables: about.variables.iter().map(scales).collect(), values, squares }
    }

    /// Kind of the columns of sums, least and greatest values.
    pub fn values(&self) -> Kind {
        self.values
    }

    /// Kind of the column of sums of squares.
    pub fn squares(&self) -> Kind {
        self.squares
    }

    /// The plan's scale of a variable.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the plan has no such variable.
    pub fn scale(&self, variable: u32) -> Result<u8> {
        self.scales(variable).map(|scales| scales.scale)
    }

    fn scales(&self, variable: u32) -> Result<&Scales> {
        self.variables.get(variable as usize).ok_or(Error::Damaged("a variable that the plan does not have"))
    }

    /// By what the integers of a variable, and those of their squares, become the digits of a decimal.
    ///
    /// # Errors
    /// As [`Self::scale`].
    pub fn factors(&self, variable: u32) -> Result<(i128, i128)> {
        self.scales(variable).map(|scales| (scales.factor, scales.squares_factor))
    }

    /// The exact numbers of the values of a variable.
    ///
    /// # Errors
    /// [`Error::Damaged`] if they are beyond what the totals promised.
    pub fn exact(&self, variable: u32, summary: &Summary) -> Result<Exact> {
        let scales = self.scales(variable)?;
        let (scale, sums) = (scales.scale, &summary.scaled);
        // Without odd values the integers at hand are the digits, but for zeros behind them.
        let plain = summary.odd.is_none();
        let extreme = |value: i64| (plain && sums.count > 0).then_some(i128::from(value));
        let value =
            |digits, number: &dyn Fn() -> Option<Decimal>| figure(self.values, digits, scales.factor, number);
        Ok(Exact {
            sum: value(plain.then_some(sums.sum), &|| Some(summary.sum(scale)))?,
            sum_of_squares: figure(
                self.squares,
                plain.then_some(sums.sum_of_squares),
                scales.squares_factor,
                &|| Some(summary.sum_of_squares(scale)),
            )?,
            min: value(extreme(sums.min), &|| summary.min(scale))?,
            max: value(extreme(sums.max), &|| summary.max(scale))?,
        })
    }
}

/// `digits` × `factor` or, if these are not known, `number`, in the form of `kind`.
fn figure(
    kind: Kind,
    digits: Option<i128>,
    factor: i128,
    number: &dyn Fn() -> Option<Decimal>,
) -> Result<Figure> {
    let (Kind::Short(scale) | Kind::Long(scale)) = kind else {
        return Ok(Figure::Text(number().map(|number| number.to_string())));
    };
    let digits = match digits {
        Some(digits) => Some(digits.checked_mul(factor)),
        None => number().map(|number| number.to_digits(scale)),
    };
    match digits {
        None => Ok(Figure::Digits(None)),
        Some(Some(digits)) if kind.holds(digits) => Ok(Figure::Digits(Some(digits))),
        Some(_) => Err(TOO_LARGE),
    }
}

/// The digits, at `scale`, that no sum of some of the values of a variable is beyond.
fn largest_sum(total: &Summary, variable_scale: u8, scale: u32) -> Option<i128> {
    let digits =
        |value: Option<Decimal>| value.map_or(Some(0), |value| value.to_digits(scale)?.checked_abs());
    let largest = digits(total.min(variable_scale))?.max(digits(total.max(variable_scale))?);
    largest.checked_mul(total.count().into())
}

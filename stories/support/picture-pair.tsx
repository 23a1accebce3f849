/** The pictures that `npm run story-pictures` takes, by file name. */
const pictures = import.meta.glob<string>('../pictures/*.webp', {
  eager: true,
  import: 'default',
  query: '?url',
});

/** The end of its file name, and what it shows, for those who do not see it. */
type Picture = readonly [file: string, alt: string];

/** Two pictures to compare, in the theme of the page. */
export const PicturePair = ({
  name,
  left,
  right,
}: {
  name: string;
  left: Picture;
  right: Picture;
}) => (
  <div className="picture-pair">
    {[left, right].map(([file, alt]) => (
      <div key={file}>
        {['light', 'dark'].map((theme) => (
          <img
            key={theme}
            className={theme}
            src={pictures[`../pictures/${name}-${file}-${theme}.webp`]}
            alt={alt}
          />
        ))}
      </div>
    ))}
  </div>
);
